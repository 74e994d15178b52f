//! What a worker may do after it has been told its target: read below the root, and answer. No writing, no network, no programs, no
//! more memory than the limit. What the system does not offer is left out silently here; `provost` reports it elsewhere.

use std::path::Path;

/// Confines this process for good.
pub(super) fn confine(root: &Path, memory: u64) {
    limits(memory);
    #[cfg(target_os = "linux")]
    {
        files(root);
        calls();
    }
    #[cfg(not(target_os = "linux"))]
    let _ = root;
}

#[cfg(unix)]
fn limits(memory: u64) {
    use rlimit::Resource;
    let _ = Resource::AS.set(memory, memory);
    let _ = Resource::FSIZE.set(0, 0);
    let _ = Resource::CORE.set(0, 0);
    let _ = Resource::NOFILE.set(64, 64);
}

#[cfg(not(unix))]
fn limits(_memory: u64) {}

#[cfg(target_os = "linux")]
fn files(root: &Path) {
    use landlock::{ABI, Access, AccessFs, Ruleset, RulesetAttr, RulesetCreatedAttr, path_beneath_rules};
    let read = AccessFs::from_read(ABI::V1);
    let outcome = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(Ruleset::create)
        .and_then(|rules| rules.add_rules(path_beneath_rules([root], read)))
        .and_then(landlock::RulesetCreated::restrict_self);
    let _ = outcome;
}

#[cfg(target_os = "linux")]
fn calls() {
    use seccompiler::{SeccompAction, SeccompFilter, TargetArch};
    // by number on x86-64 and arm64: socket connect bind listen accept accept4 sendto sendmsg clone fork vfork execve execveat ptrace kill
    #[cfg(target_arch = "x86_64")]
    const REFUSED: &[i64] = &[41, 42, 49, 50, 43, 288, 44, 46, 56, 57, 58, 59, 322, 101, 62, 435];
    #[cfg(target_arch = "aarch64")]
    const REFUSED: &[i64] = &[198, 203, 200, 201, 202, 242, 206, 211, 220, 221, 281, 117, 129, 435];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    const REFUSED: &[i64] = &[];
    let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else { return };
    let rules = REFUSED.iter().map(|number| (*number, Vec::new())).collect();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(1), arch);
    let program: Option<seccompiler::BpfProgram> = filter.ok().and_then(|filter| filter.try_into().ok());
    if let Some(program) = program {
        let _ = seccompiler::apply_filter(&program);
    }
}
