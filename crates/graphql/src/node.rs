//! Whatever has an id, found again by it: for clients that keep a cache.

use crate::attendant::not_shown;
use crate::circular::Circular;
use crate::directory::{Person, Unit};
use crate::error::{ErrorCode, coded, fault};
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
    /// 按标识查找任何对象；没有的、无权查看的和不成标识的文本都为空。
    ///
    /// Anything by its id; null where there is none, or none for this viewer, and for a text that can be no id.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "标识。The id.")] id: ID,
    ) -> Result<Option<Node>> {
        let asked = asked(ctx)?;
        Ok(found(ctx, &asked, &[id]).await?.pop().flatten())
    }

    /// 按标识查找多个对象，最多50个，与所给标识依次对应；没有的、无权查看的和不成标识的文本，各在其位为空。
    ///
    /// Several at once, at most 50, in the order of their ids, with null in the place of each that `node` has null for.
    #[graphql(complexity = "of_page(i32::try_from(ids.len()).ok(), None, child_complexity)")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "标识。The ids, at most 50.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        let asked = asked(ctx)?;
        if ids.len() > MOST {
            let message = format!("一次最多查找{MOST}个对象，请分次查找。");
            return Err(coded(ErrorCode::BadUserInput, message));
        }
        found(ctx, &asked, &ids).await
    }
}

/// Looks for ids in everything that has any: a fixed number of statements, however many they are. Those that are not there for
/// whoever asks are noted, all of them at once.
async fn found(ctx: &Context<'_>, asked: &Asked<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let Asked { office, scope, .. } = asked;
    let reader = &office.reader;
    let hazards = reader.files(scope, &read(ids, HazardId::parse)).await;
    let hazards = hazards.map_err(fault)?;
    let orders = reader.orders(scope, &read(ids, OrderId::parse), None).await;
    let orders = orders.map_err(fault)?;
    let circulars = reader
        .circulars(scope, &read(ids, CircularId::parse), None)
        .await;
    let circulars = circulars.map_err(fault)?;
    let hazard = |id: &str| Some(hazards.get(&HazardId::parse(id).ok()?)?.clone());
    let order = |id: &str| {
        let id = OrderId::parse(id).ok()?;
        orders.iter().find(|order| order.file.id == id)
    };
    let circular = |id: &str| Some(&circulars.get(&CircularId::parse(id).ok()?)?.1);
    let at_large = asked.by.through().is_none();
    // A program reads what it reported, and the units that it must name.
    let no_program = asked.is_told_of_people();
    let is_told = at_large && no_program;
    let unit = |id: &str| Unit::find(office, UnitId::parse(id).ok().filter(|_| at_large)?);
    let person = |id: &str| Person::find(office, PersonId::parse(id).ok().filter(|_| is_told)?);
    let node = |id: &ID| {
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
    // What can be no id may be anything; nothing of it is kept.
    let first = missing().find_map(|(id, _)| Uuid::parse_str(id).ok());
    not_shown(ctx, first.map(|id| id.to_string()), missing().count());
    Ok(found)
}

/// The ids that can be ids of this kind.
fn read<Id>(ids: &[ID], parse: fn(&str) -> std::result::Result<Id, Invalid>) -> Vec<Id> {
    ids.iter().filter_map(|id| parse(id).ok()).collect()
}
