//! What several threads do at the same time, in many orders: each request is ended exactly once, no context is used after
//! it has been dropped, and nothing is left.

use super::driver::{DEFER, ECHO, EXTEND, Example, Handle, PARK, live};
use crate::{
    FileObject, NtStatus, OpenFile,
    framework::Caller,
    machine::{Machine, handle, on_machine, threads::in_many_orders},
};
use foreign::Foreign;
use wdf_model::tree::ObjectId;

fn with_handle(test: fn(&'static Machine, ObjectId, ObjectId)) {
    on_machine(|machine| {
        Machine::start::<Example>();
        let device = machine.add_device().unwrap();
        let file = machine.open(device, Caller::default()).unwrap();
        test(machine, device, file);
        machine.unload();
        assert_eq!(live(), 0, "everything has been dropped");
    });
}

fn reference(file: ObjectId) -> FileObject<Handle> {
    // SAFETY: the handle is open.
    unsafe { OpenFile::<Handle>::from_raw(handle(file).cast()) }.unwrap().reference()
}

/// What NETIO's callback does: notes what happened, and takes what waits, if something does.
fn take(file: &FileObject<Handle>) {
    let context = file.context().expect("a reference keeps the context");
    context.canary.sings();
    if let Some(extra) = file.extension() {
        extra.sings();
        extra.events.locked(|events, _at| events.push(0));
    }
    if let Some(request) = context.own.take_next() {
        request.complete(NtStatus::SUCCESS, 0);
    }
    context.canary.sings();
}

#[test]
fn park_cancel_take_and_close() {
    in_many_orders(|| {
        with_handle(|machine, device, file| {
            machine.send(device, Some(file), EXTEND, &[], 0);
            let parked = machine.send(device, Some(file), PARK, &[], 0);
            let [late, stray] = [0; 2].map(|_| machine.arrive(device, Some(file), PARK, &[], 0, Caller::default()));
            let (taker, raw) = (reference(file), reference(file).into_raw());
            let threads = [
                machine.spawn(move || machine.present(late)),
                machine.spawn(move || machine.present(stray)),
                machine.spawn(move || machine.cancel(parked)),
                machine.spawn(move || machine.cancel(late)),
                machine.spawn(move || take(&taker)),
                // SAFETY: the number is that of a reference, which is taken back when nobody borrows it.
                machine.spawn(move || unsafe { FileObject::with_raw(raw, take) }),
                machine.spawn(move || machine.close(file)),
            ];
            for thread in threads {
                thread.join().unwrap();
            }
            // SAFETY: as above; that thread has come to its end.
            drop(unsafe { FileObject::<Handle>::from_raw(raw) });
            for request in [parked, late, stray] {
                let status = machine.end_of(request).expect("it has ended").status;
                assert!([NtStatus::SUCCESS, NtStatus::CANCELLED, NtStatus::DEVICE_REMOVED].contains(&status));
            }
            machine.remove(device);
        });
    });
}

#[test]
fn work_cancel_close_and_removal() {
    in_many_orders(|| {
        with_handle(|machine, device, file| {
            let deferred = machine.arrive(device, Some(file), DEFER, &[], 4, Caller::default());
            let other = machine.arrive(device, Some(file), DEFER, &[], 4, Caller::default());
            let threads = [
                machine.spawn(move || machine.present(deferred)),
                machine.spawn(move || machine.present(other)),
                machine.spawn(move || machine.cancel(deferred)),
                machine.spawn(move || machine.close(file)),
                machine.spawn(move || machine.remove(device)),
            ];
            for thread in threads {
                thread.join().unwrap();
            }
            for request in [deferred, other] {
                assert!(machine.end_of(request).is_some(), "it has ended");
            }
        });
    });
}

#[test]
fn park_and_removal() {
    in_many_orders(|| {
        with_handle(|machine, device, file| {
            let requests = [PARK, PARK, ECHO, EXTEND]
                .map(|code| machine.arrive(device, Some(file), code, &[], 0, Caller::default()));
            let taker = reference(file);
            let presents = requests.map(|request| machine.spawn(move || machine.present(request)));
            let taking = machine.spawn(move || take(&taker));
            let removal = machine.spawn(move || machine.remove(device));
            for thread in presents {
                thread.join().unwrap();
            }
            taking.join().unwrap();
            machine.close(file);
            removal.join().unwrap();
            for request in requests {
                assert!(machine.end_of(request).is_some(), "it has ended");
            }
        });
    });
}

#[test]
fn two_that_extend_a_handle_at_the_same_time_share_what_was_added() {
    in_many_orders(|| {
        with_handle(|machine, device, file| {
            let requests = [EXTEND; 3].map(|code| machine.arrive(device, Some(file), code, &[], 0, Caller::default()));
            let threads = requests.map(|request| machine.spawn(move || machine.present(request)));
            for thread in threads {
                thread.join().unwrap();
            }
            let file_object = reference(file);
            let extra = file_object.extension().expect("it has been extended");
            assert_eq!(extra.events.locked(|events, _at| events.len()), 3, "nothing is lost");
            drop(file_object);
            machine.close(file);
            machine.remove(device);
        });
    });
}
