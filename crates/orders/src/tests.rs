//! What the driver decides when threads meet: each request ends once, with a status that is documented for it; nothing
//! stays registered; nobody keeps a place or a handle. The image's statics are empty in the end, or the next run fails.

use crate::{
    network,
    run::{Handle, Request, Run, in_many_orders},
};
use kmdf::NtStatus;
use netioctl_abi::{
    Operation,
    wire::{MAX_HANDLE_RESOLUTIONS, MAX_WAITING_REQUESTS, WatchSources},
};

const INTERFACES: WatchSources = WatchSources::INTERFACES;

macro_rules! together {
    ($run:expr; $($body:expr),+ $(,)?) => {
        $run.together([$(Box::new(move || $body) as Box<dyn FnOnce() + Send>),+])
    };
}

fn ended_with(run: Run, request: Request, expected: &[NtStatus]) -> NtStatus {
    // If nobody ends it, the checker says so.
    let end = run.wait_for(request);
    assert!(expected.contains(&end), "{end:?}, where {expected:?} was due");
    end
}

/// Requests that wait end with one of these when somebody tells of a change, cancels or closes.
const ENDS: [NtStatus; 2] = [NtStatus::SUCCESS, NtStatus::CANCELLED];

#[test]
fn begin_tell_cancel_and_close() {
    in_many_orders(|run| {
        let handle = run.open();
        let [first, second] = [0; 2].map(|_| handle.watch(INTERFACES));
        together!(run; run.present(first), network::tell(), run.cancel(first), { run.present(second); handle.close() });
        for request in [first, second] {
            ended_with(run, request, &ENDS);
        }
        run.remove();
    });
}

/// What was told between the beginning of a request and its parking is not left behind.
#[test]
fn a_change_while_a_request_is_on_its_way() {
    in_many_orders(|run| {
        let handle = run.open();
        let [first, second] = [0; 2].map(|_| handle.watch(INTERFACES));
        run.present(first);
        network::tell();
        assert_eq!(run.end_of(first), NtStatus::SUCCESS);
        together!(run; run.present(second), network::tell());
        assert_eq!(run.end_of(second), NtStatus::SUCCESS, "the change waits, and so does the request");
        handle.close();
        run.remove();
    });
}

/// The framework lets a request arrive after the end of its handle has begun: it is presented on a thread of its own.
#[test]
fn requests_that_begin_while_their_handle_closes() {
    in_many_orders(|run| {
        let handle = run.open();
        let [first, second, third] = [0; 3].map(|_| handle.watch(INTERFACES));
        run.present(first);
        together!(run; run.present(second), run.present(third), handle.close(), network::tell());
        for request in [first, second, third] {
            ended_with(run, request, &ENDS);
        }
        run.remove();
    });
}

#[test]
fn the_first_requests_of_a_handle_and_its_end() {
    in_many_orders(|run| {
        let handle = run.open();
        let [first, second] = [0; 2].map(|_| handle.watch(WatchSources::all()));
        together!(run; run.present(first), run.present(second), handle.close());
        for request in [first, second] {
            ended_with(run, request, &[NtStatus::CANCELLED]);
        }
        run.remove();
    });
}

/// After the device is gone nothing of a handle is kept, although it is open still: one that stays open is no reason for
/// the driver to know it.
#[test]
fn begin_and_removal_with_the_handle_open() {
    const GONE: [NtStatus; 3] = [NtStatus::CANCELLED, NtStatus::DEVICE_REMOVED, NtStatus::INVALID_DEVICE_STATE];
    in_many_orders(|run| {
        let handle = run.open();
        let (first, second) = (handle.watch(INTERFACES), handle.watch(WatchSources::ADDRESSES));
        let third = handle.watch(INTERFACES);
        together!(run; run.present(first), run.present(second), run.present(third), run.begin_removal());
        for request in [first, second, third] {
            ended_with(run, request, &GONE);
        }
        assert_eq!((network::registrations(), handle.references()), (0, 0), "an open handle is kept after its device");
        handle.close();
        run.finish_removal();
    });
}

#[test]
fn two_handles_and_removal() {
    in_many_orders(|run| {
        let handles = [run.open(), run.open()];
        let [first, second] = handles.map(|handle| handle.watch(WatchSources::all()));
        run.present(first);
        together!(run; run.present(second), network::tell(), run.begin_removal());
        for request in [first, second] {
            ended_with(
                run,
                request,
                &[NtStatus::SUCCESS, NtStatus::CANCELLED, NtStatus::DEVICE_REMOVED, NtStatus::INVALID_DEVICE_STATE],
            );
        }
        assert_eq!(network::registrations(), 0, "a watch goes with its device");
        handles.into_iter().for_each(Handle::close);
        run.finish_removal();
    });
}

#[test]
fn registering_fails_for_those_who_counted_on_it() {
    in_many_orders(|run| {
        let handle = run.open();
        network::refuse(NtStatus::NO_MEMORY);
        let [first, second] = [0; 2].map(|_| handle.watch(INTERFACES));
        together!(run; run.present(first), run.present(second), run.cancel(first));
        for request in [first, second] {
            ended_with(run, request, &[NtStatus::NO_MEMORY, NtStatus::CANCELLED]);
        }
        handle.close();
        run.remove();
    });
}

#[test]
fn resolve_finish_cancel_and_close() {
    in_many_orders(|run| {
        let handle = run.open();
        let [first, second] = [0; 2].map(|_| handle.resolve());
        together!(run; run.present(first), run.cancel(first), { run.present(second); handle.close() }, network::answer());
        for request in [first, second] {
            ended_with(run, request, &ENDS);
        }
        run.remove();
    });
}

#[test]
fn resolve_and_removal() {
    in_many_orders(|run| {
        let handle = run.open();
        let [first, second] = [0; 2].map(|_| handle.resolve());
        together!(run; run.present(first), run.present(second), run.begin_removal(), network::answer());
        for request in [first, second] {
            ended_with(
                run,
                request,
                &[NtStatus::SUCCESS, NtStatus::CANCELLED, NtStatus::DEVICE_REMOVED, NtStatus::INVALID_DEVICE_STATE],
            );
        }
        handle.close();
        run.finish_removal();
    });
}

/// As many resolutions of a handle as may be are let in, whoever comes first, and all their places are free again.
#[test]
fn the_places_of_resolutions() {
    in_many_orders(|run| {
        let handle = run.open();
        for _ in 1..MAX_HANDLE_RESOLUTIONS {
            run.present(handle.resolve());
        }
        let [first, second] = [0; 2].map(|_| handle.resolve());
        together!(run; run.present(first), run.present(second));
        let refused = [first, second].into_iter().filter(|request| run.has_ended(*request));
        let refused: Vec<_> = refused.map(|request| run.end_of(request)).collect();
        assert_eq!(refused, [NtStatus::QUOTA_EXCEEDED], "one place was left");
        network::answer();
        for request in [first, second] {
            run.wait_for(request);
        }
        handle.close();
        // All of them have come back: as many as there are get one.
        let other = run.open();
        for _ in 0..MAX_HANDLE_RESOLUTIONS {
            let request = other.resolve();
            run.present(request);
            assert_eq!(run.wait_for(request), NtStatus::SUCCESS);
        }
        other.close();
        run.remove();
    });
}

/// The same for requests that wait for changes, while one is cancelled and one is answered.
#[test]
fn the_places_of_requests_that_wait() {
    in_many_orders(|run| {
        let handle = run.open();
        let waiting: Vec<_> = (1..MAX_WAITING_REQUESTS).map(|_| handle.watch(INTERFACES)).collect();
        for request in &waiting {
            run.present(*request);
        }
        let [first, second] = [0; 2].map(|_| handle.watch(INTERFACES));
        let last = waiting[waiting.len() - 1];
        together!(run; run.present(first), run.present(second), run.cancel(last), network::tell());
        let ends = [first, second].map(|request| run.has_ended(request).then(|| run.end_of(request)));
        assert!(ends.iter().flatten().all(|end| *end == NtStatus::QUOTA_EXCEEDED), "{ends:?}");
        assert_ne!(ends, [Some(NtStatus::QUOTA_EXCEEDED); 2], "one place was left");
        handle.close();
        run.remove();
    });
}

/// Each request is counted once, under its operation and with its status, whoever ends it.
#[test]
fn statistics_of_requests_that_end_in_different_ways() {
    in_many_orders(|run| {
        let (handle, other) = (run.open(), run.open());
        other.reset_statistics();
        let [first, second] = [0; 2].map(|_| handle.watch(INTERFACES));
        let resolve = handle.resolve();
        together!(run; run.present(first), run.present(second), run.cancel(second), { run.present(resolve); network::answer() });
        run.wait_for(resolve);
        handle.close();
        let requests = [(Operation::WatchChanges, vec![first, second]), (Operation::ResolveNeighbor, vec![resolve])];
        for (operation, requests) in requests {
            let row = other.statistics(operation);
            let failed = requests.iter().filter(|request| !run.end_of(**request).is_success()).count() as u64;
            let told: u64 = row.by_status.iter().map(|status| status.count).sum();
            assert_eq!((row.requests, row.failures, told), (requests.len() as u64, failed, failed), "{operation:?}");
        }
        other.close();
        run.remove();
    });
}

/// The counters are set to zero while requests end: what is said of them adds up, and what ends later is counted.
#[test]
fn statistics_that_are_reset_while_requests_end() {
    in_many_orders(|run| {
        let (handle, other) = (run.open(), run.open());
        other.reset_statistics();
        let [first, second, third] = [0; 3].map(|_| handle.watch(INTERFACES));
        run.present(first);
        together!(run; run.cancel(first), run.present(second), network::tell(), other.reset_statistics());
        let counted = || {
            let row = other.statistics(Operation::WatchChanges);
            let told: u64 = row.by_status.iter().map(|status| status.count).sum();
            assert_eq!(row.failures, told + row.other_failures, "{row:?}");
            assert!(row.failures <= row.requests, "{row:?}");
            row.requests
        };
        let ended = [first, second].iter().filter(|request| run.has_ended(**request)).count() as u64;
        let before = counted();
        assert!(before <= ended, "{before} of {ended} are counted");
        run.present(third);
        handle.close();
        let later = [first, second, third].iter().filter(|request| run.has_ended(**request)).count() as u64 - ended;
        assert_eq!(counted(), before + later, "each that ends after the reset is counted once");
        other.close();
        run.remove();
    });
}
