//! Whatever has an id, found again by it: for clients that keep a cache.

use crate::attendant::not_shown;
use crate::circular::Circular;
use crate::directory::{Person, Unit};
use crate::error::{bad_input, fault};
use crate::hazard::Hazard;
use crate::limits::of_page;
use crate::office::{Asked, asked};
use crate::order::Order;
use async_graphql::{Context, ID, Interface, Object, Result};
use uuid::Uuid;
use xiaohao_core::values::{CircularId, HazardId, Invalid, OrderId, PersonId, UnitId};

/// 凡有标识的对象。Whatever has an id of its own.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "标识，全县唯一，永不重复使用。The id: one in the county, and never used again."
))]
enum Node {
    Hazard(Hazard),
    Order(Order),
    Circular(Circular),
    Unit(Unit),
    Person(Person),
}

/// The most ids that are looked up at once.
const MOST: usize = 50;

/// Queries by id alone.
#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// 按标识查找任何对象；没有的和无权查看的为空，不成标识的文本报错（`BAD_USER_INPUT`）。
    ///
    /// Anything by its id; null where there is none, or none for this viewer. A text that can be no id is refused (`BAD_USER_INPUT`).
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "标识。The id.")] id: ID,
    ) -> Result<Option<Node>> {
        let asked = asked(ctx)?;
        let id = read(&id).map_err(|invalid| bad_input(["id"], invalid))?;
        Ok(found(ctx, &asked, &[id]).await?.pop().flatten())
    }

    /// 按标识查找多个对象，最多50个，与所给标识依次对应；没有的和无权查看的，各在其位为空；不成标识的文本，其位为空并在该位报错（`BAD_USER_INPUT`）。
    ///
    /// Several at once, at most 50, in the order of their ids, with null in the place of each that `node` has null for. In the place of
    /// a text that can be no id stands null with an error (`BAD_USER_INPUT`); the others are answered.
    #[graphql(complexity = "of_page(i32::try_from(ids.len()).ok(), None, child_complexity)")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "标识。The ids, at most 50.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        let asked = asked(ctx)?;
        if ids.len() > MOST {
            let message = format!("一次最多查找{MOST}个对象，请分次查找。");
            return Err(bad_input(["ids"], message));
        }
        let read = ids.iter().enumerate().map(|(place, id)| {
            let way = || ["ids".to_owned(), place.to_string()];
            read(id).map_err(|invalid| bad_input(way(), invalid))
        });
        let read: Vec<_> = read.collect();
        let ids: Vec<_> = read
            .iter()
            .filter_map(|id| id.as_ref().ok())
            .copied()
            .collect();
        let mut found = found(ctx, &asked, &ids).await?.into_iter();
        let in_place = |id: Result<Uuid>| match id {
            Ok(_) => found.next().flatten().map(Ok),
            Err(unreadable) => Some(Err(unreadable)),
        };
        Ok(read.into_iter().map(in_place).collect())
    }
}

/// Looks for ids in everything that has any: a fixed number of statements, however many they are. Those that are not there for
/// whoever asks are noted, all of them at once.
async fn found(ctx: &Context<'_>, asked: &Asked<'_>, ids: &[Uuid]) -> Result<Vec<Option<Node>>> {
    let Asked { office, scope, .. } = asked;
    let reader = &office.reader;
    let hazards = reader.files(scope, &of_kind(ids, HazardId::new)).await;
    let hazards = hazards.map_err(fault)?;
    let wanted = of_kind(ids, OrderId::new);
    let orders = reader.orders(scope, &wanted, None).await;
    let orders = orders.map_err(fault)?;
    let wanted = of_kind(ids, CircularId::new);
    let circulars = reader.circulars(scope, &wanted, None).await;
    let circulars = circulars.map_err(fault)?;
    let hazard = |id: Uuid| Some(hazards.get(&HazardId::new(id).ok()?)?.clone());
    let order = |id: Uuid| {
        let id = OrderId::new(id).ok()?;
        orders.iter().find(|order| order.file.id == id)
    };
    let circular = |id: Uuid| Some(&circulars.get(&CircularId::new(id).ok()?)?.1);
    let at_large = asked.by.through().is_none();
    // A program reads what it reported, and the units that it must name.
    let no_program = asked.is_told_of_people();
    let is_told = at_large && no_program;
    let unit = |id: Uuid| Unit::find(office, UnitId::new(id).ok().filter(|_| at_large)?);
    let person = |id: Uuid| Person::find(office, PersonId::new(id).ok().filter(|_| is_told)?);
    let node = |id: &Uuid| {
        let id = *id;
        let hazard = hazard(id).map(|hazard| Node::Hazard(Hazard::whole(hazard)));
        let order = || order(id).filter(|_| no_program);
        let circular = || circular(id).filter(|_| no_program);
        hazard
            .or_else(|| order().map(Order::found).map(Node::Order))
            .or_else(|| circular().map(Circular::of).map(Node::Circular))
            .or_else(|| unit(id).map(Node::Unit))
            .or_else(|| person(id).map(Node::Person))
    };
    let found: Vec<_> = ids.iter().map(node).collect();
    let missing = || ids.iter().zip(&found).filter(|(_, node)| node.is_none());
    let first = missing().next().map(|(id, _)| id.to_string());
    not_shown(ctx, first, missing().count());
    Ok(found)
}

/// An id of whatever it is.
fn read(id: &ID) -> std::result::Result<Uuid, Invalid> {
    HazardId::parse(id).map(HazardId::as_uuid)
}

/// The ids as ids of this kind.
fn of_kind<Id>(ids: &[Uuid], of: fn(Uuid) -> std::result::Result<Id, Invalid>) -> Vec<Id> {
    ids.iter().filter_map(|id| of(*id).ok()).collect()
}
