//! Object attributes and the order of deletion, probe by probe.

use netioctl_status::NtStatus;
use wdf_model::attributes::{Accepts, Attributes, check};
use wdf_model::tree::{Dereference, ObjectId, Tree};

fn answer(change: impl FnOnce(&mut Attributes), accepts: Accepts) -> NtStatus {
    let mut attributes = Attributes::default();
    change(&mut attributes);
    check(&attributes, accepts).map_or_else(|status| status, |_| NtStatus::SUCCESS)
}

#[test]
fn attributes_are_checked_as_observed() {
    let general = |change: fn(&mut Attributes)| answer(change, Accepts::GENERAL);
    let plain = |change: fn(&mut Attributes)| answer(change, Accepts::PLAIN);
    let context = |change: fn(&mut Attributes)| answer(change, Accepts::CONTEXT);
    let child = |change: fn(&mut Attributes)| answer(change, Accepts::CHILD);
    let rows: [(&str, NtStatus, u32); 31] = [
        ("obj.attr.size_zero", general(|a| a.size = 0), 0xC000_0004),
        ("obj.attr.size_small", general(|a| a.size = 48), 0xC000_0004),
        ("obj.attr.size_large", general(|a| a.size = 64), 0xC000_0004),
        ("obj.attr.object.exec_level_1", general(|a| a.execution_level = 1), 0),
        ("obj.attr.object.exec_level_2", general(|a| a.execution_level = 2), 0),
        ("obj.attr.object.exec_level_3", general(|a| a.execution_level = 3), 0),
        ("obj.attr.object.exec_level_4", general(|a| a.execution_level = 4), 0xC020_0209),
        ("obj.attr.object.sync_scope_1", general(|a| a.synchronization_scope = 1), 0),
        ("obj.attr.object.sync_scope_2", general(|a| a.synchronization_scope = 2), 0xC020_0210),
        ("obj.attr.object.sync_scope_3", general(|a| a.synchronization_scope = 3), 0xC020_0210),
        ("obj.attr.object.sync_scope_4", general(|a| a.synchronization_scope = 4), 0),
        ("obj.attr.object.sync_scope_5", general(|a| a.synchronization_scope = 5), 0xC020_0209),
        ("obj.attr.memory.exec_passive", plain(|a| a.execution_level = 2), 0xC020_0211),
        ("obj.attr.memory.sync_none", plain(|a| a.synchronization_scope = 4), 0),
        ("obj.attr.collection.exec_passive", plain(|a| a.execution_level = 2), 0xC020_0211),
        ("obj.attr.spinlock.exec_passive", plain(|a| a.execution_level = 2), 0xC020_0211),
        ("obj.attr.spinlock.sync_none", plain(|a| a.synchronization_scope = 4), 0),
        ("obj.attr.string.exec_passive", plain(|a| a.execution_level = 2), 0xC020_0211),
        ("obj.attr.waitlock.exec_passive", plain(|a| a.execution_level = 2), 0xC020_0211),
        ("obj.context.override_no_type", general(|a| a.context_size_override = 64), 0xC020_0209),
        (
            "obj.context.override_smaller",
            general(|a| (a.context_type_size, a.context_size_override) = (Some(64), 8)),
            0xC020_0209,
        ),
        ("obj.context.override_equal", general(|a| (a.context_type_size, a.context_size_override) = (Some(64), 64)), 0),
        ("obj.allocate_context.size_small", context(|a| a.size = 48), 0xC000_0004),
        ("obj.allocate_context.with_parent", context(|a| a.parent = true), 0xC020_020F),
        ("obj.allocate_context.with_exec_level", context(|a| a.execution_level = 2), 0xC020_0211),
        ("workitem.create.no_parent", child(|_| {}), 0xC020_0212),
        ("workitem.create.exec_level_passive", child(|a| (a.parent, a.execution_level) = (true, 2)), 0xC020_0211),
        ("timer.create.no_parent", answer(|_| {}, Accepts::TIMER), 0xC020_0212),
        ("dev.create.parent_set", answer(|a| a.parent = true, Accepts::ROOT), 0xC020_020F),
        ("dev.create.attr_size_small", answer(|a| a.size = 48, Accepts::ROOT), 0xC000_0004),
        ("queue.create.sync_scope_9", answer(|a| a.synchronization_scope = 9, Accepts::QUEUE), 0xC020_0209),
    ];
    for (id, found, expected) in rows {
        assert_eq!(found.bits(), expected, "{id}");
    }
}

/// A tree of names, and the order of callbacks when something in it is deleted.
#[derive(Default)]
struct Script {
    tree: Tree<&'static str>,
    events: Vec<String>,
}

impl Script {
    fn add(&mut self, parent: Option<ObjectId>, name: &'static str) -> ObjectId {
        self.tree.insert(parent, name).expect("the parent is there")
    }

    fn destroy(&mut self, id: ObjectId) {
        let name = self.tree.remove(id).expect("destroyed once");
        self.events.push(format!("destroy {name}"));
    }

    fn delete(&mut self, id: ObjectId) {
        let order = self.tree.begin_delete(id);
        for &id in &order {
            self.events.push(format!("cleanup {}", self.tree.get(id).expect("still there")));
        }
        for &id in &order {
            if self.tree.finish_delete(id) {
                self.destroy(id);
            }
        }
        self.events.push("delete_returned".into());
    }

    fn dereference(&mut self, id: ObjectId) {
        if self.tree.dereference(id) == Dereference::Destroy {
            self.destroy(id);
        }
        self.events.push("dereference_returned".into());
    }
}

#[test]
fn obj_delete_tree_order() {
    let mut script = Script::default();
    let parent = script.add(None, "parent");
    let child1 = script.add(Some(parent), "child1");
    script.add(Some(parent), "child2");
    script.add(Some(child1), "grandchild_of_child1");
    script.delete(parent);
    let expected = [
        "cleanup grandchild_of_child1",
        "cleanup child1",
        "cleanup child2",
        "cleanup parent",
        "destroy grandchild_of_child1",
        "destroy child1",
        "destroy child2",
        "destroy parent",
        "delete_returned",
    ];
    assert_eq!(script.events, expected);
}

#[test]
fn obj_delete_child_first_order() {
    let mut script = Script::default();
    let parent = script.add(None, "parent");
    script.add(Some(parent), "child1");
    let child2 = script.add(Some(parent), "child2");
    script.add(Some(parent), "child3");
    script.delete(child2);
    script.delete(parent);
    let expected = [
        "cleanup child2",
        "destroy child2",
        "delete_returned",
        "cleanup child1",
        "cleanup child3",
        "cleanup parent",
        "destroy child1",
        "destroy child3",
        "destroy parent",
        "delete_returned",
    ];
    assert_eq!(script.events, expected);
}

#[test]
fn obj_delete_with_reference() {
    let mut script = Script::default();
    let object = script.add(None, "object");
    assert!(script.tree.reference(object));
    script.delete(object);
    script.dereference(object);
    assert_eq!(script.events, ["cleanup object", "delete_returned", "destroy object", "dereference_returned"]);
    assert_eq!(script.tree.dereference(object), Dereference::Gone, "a stale handle names nothing");
}

#[test]
fn obj_delete_parent_while_child_referenced() {
    let mut script = Script::default();
    let parent = script.add(None, "parent");
    let child = script.add(Some(parent), "child");
    script.tree.reference(child);
    script.delete(parent);
    script.dereference(child);
    let expected = [
        "cleanup child",
        "cleanup parent",
        "destroy parent",
        "delete_returned",
        "destroy child",
        "dereference_returned",
    ];
    assert_eq!(script.events, expected);
}

#[test]
fn obj_delete_parent_referenced_with_child() {
    let mut script = Script::default();
    let parent = script.add(None, "parent");
    script.add(Some(parent), "child");
    script.tree.reference(parent);
    script.delete(parent);
    script.dereference(parent);
    let expected = [
        "cleanup child",
        "cleanup parent",
        "destroy child",
        "delete_returned",
        "destroy parent",
        "dereference_returned",
    ];
    assert_eq!(script.events, expected);
}

#[test]
fn obj_create_parent_being_deleted_and_misuse_dereference_last() {
    let mut tree = Tree::new();
    let parent = tree.insert(None, ()).expect("no parent needed");
    assert_eq!(tree.dereference(parent), Dereference::CreationReference, "misuse.dereference_last");
    tree.reference(parent);
    tree.begin_delete(parent);
    assert_eq!(tree.insert(Some(parent), ()), Err(NtStatus::DELETE_PENDING), "obj.create.parent_being_deleted");
    assert!(tree.begin_delete(parent).is_empty(), "misuse.delete.twice");
}
