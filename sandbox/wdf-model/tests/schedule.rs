//! The choices of the scheduler.

use wdf_model::schedule::{Delay, choose};

/// Enough to count.
const PASSES: u64 = 10_000;

fn choices(seed: u64, point: &str) -> Vec<Delay> {
    (0..PASSES).map(|pass| choose(seed, point, pass)).collect()
}

#[test]
fn a_seed_makes_the_same_choices_again_and_another_one_others() {
    assert_eq!(choices(1, "EvtIoDeviceControl"), choices(1, "EvtIoDeviceControl"));
    assert_ne!(choices(1, "EvtIoDeviceControl"), choices(2, "EvtIoDeviceControl"));
    assert_ne!(choices(1, "EvtIoDeviceControl"), choices(1, "EvtFileCleanup"));
}

#[test]
fn most_passes_go_on_and_a_few_sleep_long() {
    let choices = choices(7, "WdfRequestForwardToIoQueue");
    let count = |wanted: fn(&Delay) -> bool| choices.iter().filter(|choice| wanted(choice)).count();
    assert!((5_800..6_200).contains(&count(|choice| *choice == Delay::None)));
    assert!((2_300..2_700).contains(&count(|choice| *choice == Delay::Yield)));
    assert!((200..400).contains(&count(|choice| matches!(choice, Delay::Sleep(time) if *time >= 1_000))));
    assert!(choices.iter().all(|choice| !matches!(choice, Delay::Sleep(time) if *time >= 12_000)));
}
