//! What templates, plans and exports describe, on its way from whoever read them to whoever joins them. It is no part of stored evidence:
//! there the resources of the whole delivery stand in its place. Plain data; as much in few bytes as between processes pays.

use super::node::{Entry, Kind, Node, Setting};
use super::tree;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// One described thing, or a part of one, in the terms of a kind of resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Described {
    /// The kind of resource.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// Whose words described it.
    pub source: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Whether it is a part, which belongs to the thing that has one of `names`.
    pub part: bool,
    /// Names that others may use for it; of a part, of what it belongs to, the likeliest first.
    pub names: Vec<String>,
    /// What is set of it.
    pub settings: Vec<Setting>,
}

/// All that one document describes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Descriptions(pub Vec<Described>);

/// The same in a binary form: settings that are nothing but a key and its value lie together in a tree, where a key is written once.
#[derive(Serialize, Deserialize)]
struct Packed {
    things: Vec<Described>,
    #[serde(with = "super::tree")]
    plain: Arc<Node>,
    /// The others, with the places that they have: the thing, and where among its settings.
    odd: Vec<(u32, u32, Setting)>,
}

impl Serialize for Descriptions {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if out.is_human_readable() {
            return self.0.serialize(out);
        }
        let (mut things, mut plain, mut odd) = (Vec::with_capacity(self.0.len()), Vec::with_capacity(self.0.len()), Vec::new());
        for (index, thing) in self.0.iter().enumerate() {
            let mut entries = Vec::with_capacity(thing.settings.len());
            for (at, setting) in thing.settings.iter().enumerate() {
                if is_plain(setting) {
                    let Setting { key, value, line, column, .. } = setting;
                    entries.push(Entry { key: key.clone(), line: *line, column: *column, node: value.clone() });
                } else {
                    odd.push((index as u32, at as u32, setting.clone()));
                }
            }
            plain.push(Node::new(Kind::Map(entries), 0, 0));
            things.push(head(thing));
        }
        Packed { things, plain: Arc::new(Node::new(Kind::List(plain), 0, 0)), odd }.serialize(out)
    }
}

/// The same without its settings.
fn head(thing: &Described) -> Described {
    let Described { kind, name, source, line, column, part, names, settings: _ } = thing;
    Described {
        kind: kind.clone(),
        name: name.clone(),
        source: source.clone(),
        line: *line,
        column: *column,
        part: *part,
        names: names.clone(),
        settings: Vec::new(),
    }
}

impl<'de> Deserialize<'de> for Descriptions {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        if input.is_human_readable() {
            return Vec::deserialize(input).map(Self);
        }
        let Packed { mut things, plain, odd } = Packed::deserialize(input)?;
        let Kind::List(plain) = tree::owned(plain).kind else { return Err(serde::de::Error::custom("no settings")) };
        for (thing, settings) in things.iter_mut().zip(plain) {
            let Kind::Map(entries) = settings.kind else { return Err(serde::de::Error::custom("no settings")) };
            thing.settings = entries.into_iter().map(Setting::from).collect();
        }
        // in order, so that each finds the place that it had; one walk, however many there are
        let mut odd = odd.into_iter().peekable();
        for (index, thing) in things.iter_mut().enumerate() {
            let mut plain = std::mem::take(&mut thing.settings).into_iter();
            while let Some((_, at, setting)) = odd.next_if(|row| row.0 as usize == index) {
                let before = (at as usize).saturating_sub(thing.settings.len());
                thing.settings.extend(plain.by_ref().take(before));
                thing.settings.push(setting);
            }
            thing.settings.extend(plain);
        }
        if odd.next().is_some() {
            return Err(serde::de::Error::custom("no such thing"));
        }
        Ok(Self(things))
    }
}

/// Whether a setting is a key, a value and their places, and nothing else.
fn is_plain(setting: &Setting) -> bool {
    let Setting { key: _, value: _, context, artifact, line: _, column: _, default, unknown, cases } = setting;
    context.is_empty() && artifact.is_none() && !default && unknown.is_none() && cases.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Described, Descriptions};
    use crate::model::node::{Kind, Node, Setting};

    #[test]
    fn they_come_back_as_they_were_in_text_and_in_bytes() {
        let entry = |key: &str, value: Kind| Setting {
            key: key.to_owned(),
            value: Node::new(value, 3, 9),
            context: String::new(),
            artifact: None,
            line: 3,
            column: 4,
            default: false,
            unknown: None,
            cases: Vec::new(),
        };
        let odd = |reason: &str| Setting { unknown: Some(reason.to_owned()), cases: vec!["x".into()], ..entry("b", Kind::Null) };
        let thing = |settings| Described {
            kind: "aws_s3_bucket".into(),
            name: "Bucket".into(),
            source: "cloudformation".into(),
            line: 2,
            column: 1,
            part: false,
            names: vec!["Bucket".into(), "b".into()],
            settings,
        };
        let all = Descriptions(vec![
            thing(vec![
                odd("first"),
                entry("a", Kind::Bool(true)),
                odd("second"),
                odd("third"),
                entry("a", Kind::Text("x".into())),
            ]),
            Described { part: true, ..thing(Vec::new()) },
            thing(vec![entry("a", Kind::List(vec![Node::text("1", 5, 6)])), odd("last")]),
        ]);
        let bytes = crate::model::binary::write(&all, Vec::new()).unwrap_or_default();
        assert_eq!(crate::model::binary::read::<Descriptions>(&bytes).as_ref(), Some(&all));
        let text = serde_json::to_string(&all).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Descriptions>(&text).ok().as_ref(), Some(&all));
        for cut in 0..bytes.len() {
            assert!(crate::model::binary::read::<Descriptions>(bytes.get(..cut).unwrap_or_default()).is_none());
        }
    }
}
