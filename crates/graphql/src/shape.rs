//! What can be answered, as the schema says: the type of each field, and which objects an interface or a union stands for.

use crate::roots;
use async_graphql::Pos;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, Field, FieldDefinition, OperationType, Selection,
    SelectionSet, Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The schema's own.
pub(crate) static SHAPE: LazyLock<Shape> =
    LazyLock::new(|| Shape::read(&roots().finish().sdl()).unwrap_or_default());

/// The types of what can be answered, by name.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The fields of objects and interfaces.
    fields: BTreeMap<String, BTreeMap<String, Type>>,
    /// The objects that an interface or a union stands for.
    members: BTreeMap<String, BTreeSet<String>>,
    /// The names of all enums.
    names: BTreeSet<String>,
}

impl Shape {
    /// The shape that a schema writes down; none where it could not be read.
    pub(crate) fn read(schema: &str) -> Option<Self> {
        let mut shape = Self::default();
        for definition in parse_schema(schema).ok()?.definitions {
            let TypeSystemDefinition::Type(own) = definition else {
                continue;
            };
            let name = own.node.name.node.to_string();
            match own.node.kind {
                TypeKind::Object(object) => {
                    for of in object.implements {
                        let members = shape.members.entry(of.node.to_string());
                        members.or_default().insert(name.clone());
                    }
                    shape.fields.insert(name, typed(object.fields));
                }
                TypeKind::Interface(interface) => {
                    shape.members.entry(name.clone()).or_default();
                    shape.fields.insert(name, typed(interface.fields));
                }
                TypeKind::Union(union) => {
                    let members = union.members.iter().map(|own| own.node.to_string());
                    shape.members.insert(name, members.collect());
                }
                TypeKind::Enum(own) => {
                    let names = own.values.iter().map(|one| one.node.value.node.to_string());
                    shape.names.extend(names);
                }
                TypeKind::Scalar | TypeKind::InputObject(_) => {}
            }
        }
        Some(shape)
    }

    /// The type of a field; none where the schema itself is asked about, and for `__typename`.
    pub(crate) fn field(&self, of: &str, name: &str) -> Option<&Type> {
        self.fields.get(of)?.get(name)
    }

    /// Whether several objects may stand where this type is.
    pub(crate) fn is_abstract(&self, of: &str) -> bool {
        self.members.contains_key(of)
    }

    /// Whether this is a union.
    pub(crate) fn is_union(&self, of: &str) -> bool {
        self.is_abstract(of) && !self.fields.contains_key(of)
    }

    /// Whether what is of this type has fields.
    pub(crate) fn has_fields(&self, of: &str) -> bool {
        self.fields.contains_key(of) || self.is_abstract(of)
    }

    /// Whether some enum has this name.
    pub(crate) fn is_name(&self, word: &str) -> bool {
        self.names.contains(word)
    }

    /// Whether an object of this type is one of that.
    pub(crate) fn is(&self, of: &str, that: &str) -> bool {
        let members = || self.members.get(that);
        of == that || members().is_some_and(|members| members.contains(of))
    }
}

fn typed(fields: Vec<Positioned<FieldDefinition>>) -> BTreeMap<String, Type> {
    let fields = fields.into_iter().map(|field| field.node);
    fields
        .map(|field| (field.name.node.to_string(), field.ty.node))
        .collect()
}

/// The name of what a type is made of, in however many lists.
pub(crate) fn base(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(of) => base(of),
    }
}

/// The type at which an operation begins.
pub(crate) const fn root(of: OperationType) -> &'static str {
    match of {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

/// A field as it is selected at a place.
pub(crate) struct Selected<'d> {
    /// Where in the text.
    pub(crate) at: Pos,
    pub(crate) field: &'d Field,
    /// The type of which it is selected.
    pub(crate) of: &'d str,
}

/// What is selected at one place, under each name by which it is answered.
pub(crate) type AtPlace<'d> = IndexMap<&'d str, Vec<Selected<'d>>>;

/// Adds what a selection of this type selects, in fragments too, but for what is left out by its directives or its type.
pub(crate) fn select<'d>(
    set: &'d SelectionSet,
    of: &'d str,
    document: &'d ExecutableDocument,
    counts: &impl Fn(&[Positioned<Directive>], Option<&str>) -> bool,
    place: &mut AtPlace<'d>,
) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => {
                let (at, field) = (item.pos, &field.node);
                if counts(&field.directives, None) {
                    let key = field.response_key().node.as_str();
                    place
                        .entry(key)
                        .or_default()
                        .push(Selected { at, field, of });
                }
            }
            Selection::InlineFragment(inline) => {
                let inline = &inline.node;
                let on = inline.type_condition.as_ref();
                let on = on.map(|own| own.node.on.node.as_str());
                if counts(&inline.directives, on) {
                    let set = &inline.selection_set.node;
                    select(set, on.unwrap_or(of), document, counts, place);
                }
            }
            Selection::FragmentSpread(spread) => {
                let fragment = document.fragments.get(&spread.node.fragment_name.node);
                let Some(fragment) = fragment.map(|own| &own.node) else {
                    continue;
                };
                let on = fragment.type_condition.node.on.node.as_str();
                if counts(&spread.node.directives, Some(on)) {
                    select(&fragment.selection_set.node, on, document, counts, place);
                }
            }
        }
    }
}

/// The name by which a field is answered that tells of what type an object is.
pub(crate) fn typename() -> Name {
    Name::new("__typename")
}
