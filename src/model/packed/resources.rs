//! What configurations describe, as bytes and back: a setting that thousands share is written once, and is one again. It reads what
//! anybody may have written, within bounds.

use super::frame::Content;
use super::piece::{AT_ONCE, put_setting, take_setting};
use crate::model::evidence::Resource;
use crate::model::node::Setting;
use crate::model::tree::{Packer, Unpacker};
use foldhash::HashMap;
use std::sync::Arc;

/// Settings, or resources, of a frame.
const MOST: usize = 4096;

/// A resource whose settings are numbers.
pub(super) struct Loose {
    resource: Resource,
    settings: Vec<u32>,
}

impl Loose {
    /// With its settings. `None` if one is not there.
    pub(super) fn with(self, shared: &[Arc<Setting>]) -> Option<Resource> {
        let settings = self.settings.iter().map(|at| shared.get(*at as usize).cloned()).collect::<Option<_>>()?;
        Some(Resource { settings, ..self.resource })
    }
}

/// The settings, each once, and the resources.
pub(super) fn pack(resources: &[Resource]) -> (Vec<Content>, Vec<Content>) {
    // by what they say, not by where they lie: who made the evidence shares more or less of them
    let mut known: HashMap<Vec<u8>, u32> = HashMap::default();
    let mut same: HashMap<*const Setting, u32> = HashMap::default();
    let mut distinct: Vec<&Setting> = Vec::new();
    let mut numbers: Vec<Vec<u32>> = Vec::with_capacity(resources.len());
    for resource in resources {
        let mut own = Vec::with_capacity(resource.settings.len());
        for setting in &resource.settings {
            let at = if let Some(at) = same.get(&Arc::as_ptr(setting)) {
                *at
            } else {
                let mut packer = Packer::default();
                put_setting(setting, &mut packer);
                let next = known.len() as u32;
                let at = *known.entry(packer.out).or_insert(next);
                if at == next {
                    distinct.push(setting);
                }
                same.insert(Arc::as_ptr(setting), at);
                at
            };
            own.push(at);
        }
        numbers.push(own);
    }
    let shared = distinct.chunks(MOST).map(|chunk| {
        let mut packer = Packer::default();
        packer.number(chunk.len() as u64);
        for setting in chunk {
            put_setting(setting, &mut packer);
        }
        Content { plain: packer.out, keyed: Vec::new() }
    });
    let loose = resources.chunks(MOST).zip(numbers.chunks(MOST)).map(|(resources, numbers)| {
        let mut packer = Packer::default();
        packer.number(resources.len() as u64);
        for (Resource { kind, name, source, artifact, line, column, settings: _ }, own) in resources.iter().zip(numbers) {
            packer.key(kind);
            packer.text(name);
            packer.key(source);
            for place in [artifact, line, column] {
                packer.number((*place).into());
            }
            packer.number(own.len() as u64);
            for at in own {
                packer.number((*at).into());
            }
        }
        Content { plain: packer.out, keyed: Vec::new() }
    });
    (shared.collect(), loose.collect())
}

/// Shared settings.
pub(super) fn unpack_shared(unpacker: &mut Unpacker<'_>, keyed: &[u8]) -> Option<Vec<Setting>> {
    let count = unpacker.count()?;
    let mut out = Vec::with_capacity(count.min(AT_ONCE));
    for _ in 0..count {
        out.push(take_setting(unpacker)?);
    }
    (unpacker.rest.is_empty() && keyed.is_empty()).then_some(out)
}

/// Resources.
pub(super) fn unpack(unpacker: &mut Unpacker<'_>, keyed: &[u8]) -> Option<Vec<Loose>> {
    let count = unpacker.count()?;
    let mut out = Vec::with_capacity(count.min(AT_ONCE));
    for _ in 0..count {
        unpacker.take_room(size_of::<Loose>())?;
        let kind = unpacker.key()?.to_owned();
        let name = unpacker.text()?.to_owned();
        let source = unpacker.key()?.to_owned();
        let (artifact, line, column) = (unpacker.place()?, unpacker.place()?, unpacker.place()?);
        let own = unpacker.count()?;
        unpacker.take_room(own * size_of::<Arc<Setting>>())?;
        let mut settings = Vec::with_capacity(own.min(AT_ONCE));
        for _ in 0..own {
            settings.push(unpacker.place()?);
        }
        out.push(Loose { resource: Resource { kind, name, source, artifact, line, column, settings: Vec::new() }, settings });
    }
    (unpacker.rest.is_empty() && keyed.is_empty()).then_some(out)
}
