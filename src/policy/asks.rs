//! What policies ask of configurations: by product, the keys and paths that their checks name. Evidence keeps the values of settings that
//! are asked for; of the others nobody needs them. It reads policies and judges nothing.

use super::{Vocabulary, builtin, load};
use crate::model::evidence::Asked;
use crate::model::policy::Policy;

/// What a policy asks.
pub fn of(policy: &Policy) -> Asked {
    let mut out = Asked::new();
    for check in policy.controls.iter().flat_map(|control| &control.checks) {
        let Some(at) = &check.at else { continue };
        for product in &check.products {
            out.entry(product.clone()).or_default().insert(at.clone());
        }
    }
    out
}

/// What the built-in policies ask together: evidence can be judged by any of them.
pub fn builtin(vocabulary: &Vocabulary<'_>) -> Asked {
    let mut out = Asked::new();
    for policy in builtin::policy_ids().filter_map(|id| load(id, &[], vocabulary).ok()) {
        add(&mut out, of(&policy));
    }
    out
}

/// Adds what another asks.
pub fn add(asked: &mut Asked, more: Asked) {
    for (product, keys) in more {
        asked.entry(product).or_default().extend(keys);
    }
}
