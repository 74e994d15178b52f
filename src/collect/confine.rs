//! What a worker may do after it has been told its target: read below the root, and answer. No writing, no network, no programs, no
//! more memory than the limit. What the system does not offer is said, so that the coordinator can report it or refuse.

use std::path::Path;

/// Files that a worker may have open at once.
#[cfg(unix)]
const OPEN_FILES: u64 = 64;

/// Confines this process for good; it opens no file at all where the root is an empty path. Returns what the system does not offer, in words; nothing if all holds.
pub fn confine(root: &Path, memory: u64) -> Vec<String> {
    let mut missing = Vec::new();
    #[cfg(unix)]
    missing.extend(limits(memory));
    #[cfg(target_os = "linux")]
    {
        // nobody looks into a process that holds other people's data, and nothing of it is written down when it dies
        if !undumped() {
            missing.push("other processes of the same user can look into a worker's memory".to_owned());
        }
        missing.extend(files(root));
        missing.extend(calls());
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (root, memory);
        missing.push("files, network and programs are open to a worker: this system is not Linux".to_owned());
    }
    missing
}

/// Nothing of this process is written down when it dies, and nobody of the same user looks into it: whoever coordinates knows names of files
/// and passwords. Whether the system offers that.
pub fn undumped() -> bool {
    #[cfg(unix)]
    let limited = rlimit::Resource::CORE.set(0, rlimit::Resource::CORE.get_hard().unwrap_or(0)).is_ok();
    #[cfg(not(unix))]
    let limited = false;
    // a limit of nought does not hold where a program takes the dumps
    #[cfg(target_os = "linux")]
    let hidden = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).is_ok();
    #[cfg(not(target_os = "linux"))]
    let hidden = limited;
    limited && hidden
}

/// Ends this process when its coordinator is gone, even while it is busy.
pub(super) fn end_with_coordinator() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

#[cfg(unix)]
fn limits(memory: u64) -> Option<String> {
    use rlimit::Resource;
    // whoever may start no process may start none by a way that the list of calls forgot either; nobody limits root in that
    let all = [
        (Resource::AS, memory),
        (Resource::FSIZE, 0),
        (Resource::CORE, 0),
        (Resource::NOFILE, OPEN_FILES),
        #[cfg(target_os = "linux")]
        (Resource::NPROC, 0),
        #[cfg(target_os = "linux")]
        (Resource::MEMLOCK, 0),
    ];
    let failed: Vec<String> = all
        .into_iter()
        .filter(|(resource, most)| {
            let now = resource.get_hard().unwrap_or(u64::MAX);
            resource.set((*most).min(now), (*most).min(now)).is_err()
        })
        .map(|row| row.0.as_name().to_owned())
        .collect();
    (!failed.is_empty()).then(|| format!("limits that cannot be set: {}", failed.join(", ")))
}

#[cfg(target_os = "linux")]
fn files(root: &Path) -> Option<String> {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope, path_beneath_rules,
    };
    let read = AccessFs::from_read(ABI::V1) & !AccessFs::Execute;
    let outcome = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V4)))
        .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
        .and_then(Ruleset::create)
        .and_then(|rules| rules.add_rules(path_beneath_rules(Some(root).filter(|root| !root.as_os_str().is_empty()), read)))
        .and_then(landlock::RulesetCreated::restrict_self);
    match outcome.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => None,
        // network and signals are refused by the filter of calls as well
        Ok(RulesetStatus::PartiallyEnforced) => None,
        Ok(RulesetStatus::NotEnforced) | Err(_) => {
            Some("files outside the delivery can be opened by a worker: the kernel offers no Landlock".to_owned())
        }
    }
}

/// Nobody wrote down what reading takes on other processors.
#[cfg(all(target_os = "linux", not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn calls() -> Option<String> {
    Some("a worker can call the kernel for anything: no filter for this processor".to_owned())
}

/// Leaves the calls that reading and answering take, and refuses all others: what nobody thought of is refused as well.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn calls() -> Option<String> {
    use seccompiler::{SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch};
    use std::collections::BTreeMap;
    let missing = |why: String| Some(format!("a worker can call the kernel for anything: {why}"));
    let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else {
        return missing("no filter for this processor".to_owned());
    };
    let only = |argument: u8, length: &SeccompCmpArgLen, mask: u64, value: u64| -> Option<Vec<SeccompRule>> {
        let condition = SeccompCondition::new(argument, length.clone(), SeccompCmpOp::MaskedEq(mask), value).ok()?;
        Some(vec![SeccompRule::new(vec![condition]).ok()?])
    };
    let (word, long) = (SeccompCmpArgLen::Dword, SeccompCmpArgLen::Qword);
    let writes = libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND;
    let me = u64::from(std::process::id());
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|number| (*number, Vec::new())).collect();
    let conditions = [
        // files are opened for reading
        (libc::SYS_openat, only(2, &word, writes as u64, 0)),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_open, only(1, &word, writes as u64, 0)),
        // memory holds data, never a program
        (libc::SYS_mmap, only(2, &word, libc::PROT_EXEC as u64, 0)),
        (libc::SYS_mprotect, only(2, &word, libc::PROT_EXEC as u64, 0)),
        // limits are asked for, not set
        (libc::SYS_prlimit64, only(2, &long, u64::MAX, 0)),
        // a worker ends itself (a stack that overflows, memory that runs out), and nobody else
        (libc::SYS_tgkill, only(0, &word, u64::from(u32::MAX), me)),
        // whether a stream is a terminal is asked of it
        (libc::SYS_ioctl, only(1, &word, u64::from(u32::MAX), TERMINAL)),
    ];
    for (number, rule) in conditions {
        let Some(rule) = rule else { return missing("a rule that cannot be made".to_owned()) };
        rules.insert(number, rule);
    }
    let filter = SeccompFilter::new(rules, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow, arch);
    let program: Result<seccompiler::BpfProgram, _> = filter.and_then(TryInto::try_into);
    match program.map(|program| seccompiler::apply_filter(&program)) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => missing(error.to_string()),
        Err(error) => missing(error.to_string()),
    }
}

/// Asks whether a stream is a terminal.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[allow(clippy::unnecessary_cast, reason = "C libraries differ in its type")]
const TERMINAL: u64 = libc::TCGETS as u64;

/// What reading files, holding memory, waiting and ending take.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_fadvise64,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_fcntl,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_membarrier,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_ppoll,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_exit,
    libc::SYS_exit_group,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];
