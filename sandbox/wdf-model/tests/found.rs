//! A request that waits in a manual queue is given out when it is asked for, unless the queue is stopped or held: a
//! driver whose queues are neither is refused only what does not wait any more.

use netioctl_status::NtStatus;
use proptest::prelude::*;
use wdf_model::config::Dispatch;
use wdf_model::queue::Queue;

/// What happens to a queue that its driver never stops and that is not power managed.
#[derive(Clone, Copy, Debug)]
enum Step {
    Insert,
    Retrieve,
    Requeue,
    /// The client gives up the request that has waited longest but this many.
    Cancel(usize),
    /// The framework cancels what waits.
    Purge,
    Drain,
    Start,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Insert),
        2 => Just(Step::Retrieve),
        2 => Just(Step::Requeue),
        2 => (0..4_usize).prop_map(Step::Cancel),
        1 => Just(Step::Purge),
        1 => Just(Step::Drain),
        1 => Just(Step::Start),
    ]
}

/// The queue, and the requests that wait in it as somebody else counts.
fn after(steps: &[Step]) -> (Queue<u32, ()>, Vec<u32>, u32) {
    let (mut queue, mut waiting, mut next) = (Queue::new(Dispatch::Manual, false), Vec::new(), 0);
    for step in steps {
        match *step {
            Step::Insert => {
                if queue.insert(next).is_ok() {
                    waiting.push(next);
                }
                next += 1;
            }
            Step::Retrieve => {
                if let Ok(request) = queue.retrieve(|_| true) {
                    waiting.retain(|waits| *waits != request);
                }
            }
            Step::Requeue => {
                if let Some(&request) = queue.owned().first() {
                    assert_eq!(queue.requeue(request), Ok(()));
                    waiting.push(request);
                }
            }
            Step::Cancel(place) if place < waiting.len() => {
                queue.remove_waiting(waiting.remove(place));
            }
            Step::Cancel(_) => {}
            Step::Purge => {
                queue.purge(None);
                queue.take_waiting();
                waiting.clear();
            }
            Step::Drain => queue.drain(None),
            Step::Start => queue.start(),
        }
    }
    (queue, waiting, next)
}

const STEPS: usize = 40;

proptest! {
    #[test]
    fn what_waits_is_given_out_and_nothing_else(steps in prop::collection::vec(step(), 0..STEPS)) {
        let (mut queue, waiting, all) = after(&steps);
        for request in 0..all {
            let expected = if waiting.contains(&request) { Ok(request) } else { Err(NtStatus::NOT_FOUND) };
            prop_assert_eq!(queue.retrieve_found(request), expected);
        }
    }
}
