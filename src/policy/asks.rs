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

/// What the built-in policies ask together: evidence can be judged by any of them. Every audit needs it, and reading all policies for it
/// would cost more than a small audit: it is kept beside them, a line `PRODUCT<TAB>KEY` each, and a test holds it against them.
pub fn builtin() -> Asked {
    let mut out = Asked::new();
    for (product, key) in include_str!("asks.txt").lines().filter_map(|line| line.split_once('\t')) {
        out.entry(product.to_owned()).or_default().insert(key.to_owned());
    }
    out
}

/// The same, worked out of the policies themselves.
pub fn of_builtin(vocabulary: &Vocabulary<'_>) -> Asked {
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
