//! The object tree: parents, children, references, and the order in which objects go away.
//!
//! A handle is a key with a generation, so a handle that outlives its object is recognized instead of followed.

use alloc::vec::Vec;
use netioctl_status::NtStatus;
use slotmap::{Key, KeyData, SlotMap};

slotmap::new_key_type! {
    /// Names an object; never names another one later.
    pub struct ObjectId;
}

impl ObjectId {
    /// The handle that the driver sees: never zero.
    #[must_use]
    pub fn to_handle(self) -> u64 {
        self.data().as_ffi()
    }

    /// The object of a handle, which may be anything a driver passes.
    #[must_use]
    pub fn from_handle(handle: u64) -> Self {
        KeyData::from_ffi(handle).into()
    }
}

/// How far the deletion of an object has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// In use.
    Live,
    /// Deleted by its owner; kept by references.
    Deleting,
}

#[derive(Debug)]
struct Node<T> {
    parent: Option<ObjectId>,
    children: Vec<ObjectId>,
    /// The creation reference and those of the driver.
    references: u32,
    stage: Stage,
    value: T,
}

/// All objects of a driver.
#[derive(Debug)]
pub struct Tree<T> {
    nodes: SlotMap<ObjectId, Node<T>>,
}

impl<T> Default for Tree<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Tree<T> {
    /// A tree without objects.
    #[must_use]
    pub fn new() -> Self {
        Self { nodes: SlotMap::with_key() }
    }

    /// Adds an object under a parent.
    ///
    /// # Errors
    /// `STATUS_DELETE_PENDING` when the parent is being deleted.
    pub fn insert(&mut self, parent: Option<ObjectId>, value: T) -> Result<ObjectId, NtStatus> {
        if let Some(parent) = parent
            && !self.is_live(parent)
        {
            return Err(NtStatus::DELETE_PENDING);
        }
        let id = self.nodes.insert(Node { parent, children: Vec::new(), references: 1, stage: Stage::Live, value });
        if let Some(node) = parent.and_then(|parent| self.nodes.get_mut(parent)) {
            node.children.push(id);
        }
        Ok(id)
    }

    /// The object, unless it is gone.
    #[must_use]
    pub fn get(&self, id: ObjectId) -> Option<&T> {
        self.nodes.get(id).map(|node| &node.value)
    }

    /// The object, unless it is gone.
    pub fn get_mut(&mut self, id: ObjectId) -> Option<&mut T> {
        self.nodes.get_mut(id).map(|node| &mut node.value)
    }

    /// Whether the object is there and not being deleted.
    #[must_use]
    pub fn is_live(&self, id: ObjectId) -> bool {
        self.nodes.get(id).is_some_and(|node| node.stage == Stage::Live)
    }

    /// The parent of an object.
    #[must_use]
    pub fn parent(&self, id: ObjectId) -> Option<ObjectId> {
        self.nodes.get(id).and_then(|node| node.parent)
    }

    /// The children of an object in the order of their creation.
    #[must_use]
    pub fn children(&self, id: ObjectId) -> &[ObjectId] {
        self.nodes.get(id).map_or(&[], |node| &node.children)
    }

    /// Every object, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (ObjectId, &T)> {
        self.nodes.iter().map(|(id, node)| (id, &node.value))
    }

    /// References held on an object besides the one of its creation.
    #[must_use]
    pub fn extra_references(&self, id: ObjectId) -> u32 {
        self.nodes.get(id).map_or(0, |node| match node.stage {
            Stage::Live => node.references.saturating_sub(1),
            Stage::Deleting => node.references,
        })
    }

    /// Takes a reference. False when the object is gone.
    pub fn reference(&mut self, id: ObjectId) -> bool {
        self.nodes.get_mut(id).is_some_and(|node| {
            node.references = node.references.saturating_add(1);
            true
        })
    }

    /// Gives a reference back.
    pub fn dereference(&mut self, id: ObjectId) -> Dereference {
        let Some(node) = self.nodes.get_mut(id) else { return Dereference::Gone };
        if node.stage == Stage::Live && node.references == 1 {
            return Dereference::CreationReference;
        }
        node.references = node.references.saturating_sub(1);
        if node.references == 0 { Dereference::Destroy } else { Dereference::Kept }
    }

    /// The objects that deleting `id` would delete, children before parents, in the order of their cleanup.
    #[must_use]
    pub fn subtree(&self, id: ObjectId) -> Vec<ObjectId> {
        let mut order = Vec::new();
        self.collect(id, &mut order);
        order
    }

    fn collect(&self, id: ObjectId, order: &mut Vec<ObjectId>) {
        for &child in self.children(id) {
            self.collect(child, order);
        }
        if self.is_live(id) {
            order.push(id);
        }
    }

    /// Marks `id` and everything below it as being deleted and takes `id` from its parent.
    ///
    /// Answers the order of the cleanup callbacks; empty when the object is gone or being deleted already.
    pub fn begin_delete(&mut self, id: ObjectId) -> Vec<ObjectId> {
        if !self.is_live(id) {
            return Vec::new();
        }
        let order = self.subtree(id);
        for &doomed in &order {
            if let Some(node) = self.nodes.get_mut(doomed) {
                node.stage = Stage::Deleting;
            }
        }
        if let Some(parent) = self.parent(id)
            && let Some(node) = self.nodes.get_mut(parent)
        {
            node.children.retain(|&child| child != id);
        }
        order
    }

    /// Drops the creation reference of an object after its cleanup. True when it is to be destroyed now.
    pub fn finish_delete(&mut self, id: ObjectId) -> bool {
        self.nodes.get_mut(id).is_some_and(|node| {
            node.references = node.references.saturating_sub(1);
            node.references == 0
        })
    }

    /// Forgets an object; its handle is stale from now on.
    pub fn remove(&mut self, id: ObjectId) -> Option<T> {
        self.nodes.remove(id).map(|node| node.value)
    }
}

/// The outcome of giving a reference back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dereference {
    /// Others remain.
    Kept,
    /// It was the last one of a deleted object.
    Destroy,
    /// The object is in use and this was the reference of its creation, which only deletion drops.
    CreationReference,
    /// No such object.
    Gone,
}
