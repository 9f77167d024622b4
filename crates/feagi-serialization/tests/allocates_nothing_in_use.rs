//! Writing and reading with containers and voxels in use takes no memory.

#![allow(unsafe_code, reason = "a global allocator that counts")]

use std::alloc::{GlobalAlloc, Layout as MemoryLayout, System};
use std::cell::Cell;

use feagi_serialization::{FeagiByteContainer, JsonStruct, Layout, Serializable};
use feagi_structures::{CorticalMappedVoxels, XyzpArrays};
use feagi_types::CorticalId;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system allocator unchanged; counting touches a thread-local number
// that needs no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: MemoryLayout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: MemoryLayout) {
        // SAFETY: the pointer came from `alloc` or `realloc` below with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: MemoryLayout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the pointer came from `alloc` or `realloc` with this layout.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn frame(voxels: u32) -> CorticalMappedVoxels {
    let area = |name: u8| {
        let id = CorticalId::from_bytes([b'c', b'0' + name, b'_', b'_', b'_', b'_', b'_', b'_']);
        let xs: Vec<u32> = (0..voxels * u32::from(name)).collect();
        let ps = xs.iter().map(|&x| x as f32).collect();
        let arrays = XyzpArrays::new_from_vectors(xs.clone(), xs.clone(), xs, ps);
        (id.expect("a custom id"), arrays.expect("equal lengths"))
    };
    (1..=5).map(area).collect()
}

#[test]
fn frames_of_changing_size_go_through_one_container_without_taking_memory() {
    for layout in Layout::ALL {
        let frames = [frame(500), frame(1), frame(300), frame(0), frame(499)];
        let note = JsonStruct::from_json_string(r#"{"burst":[1,2.5,"three"]}"#).expect("JSON");
        let mut container = FeagiByteContainer::new_empty_with_layout(layout);
        let mut received = CorticalMappedVoxels::new();
        let mut pass = || {
            for (counter, frame) in (0..).zip(&frames) {
                let structs: [&dyn Serializable; 2] = [frame, &note];
                container.overwrite_byte_data_with_multiple_struct_data(&structs, counter).expect("it fits");
                container.try_update_struct_from_index(0, &mut received).expect("it reads");
                assert!(received == *frame);
            }
        };
        pass();
        let before = ALLOCATIONS.with(Cell::get);
        pass();
        assert_eq!(ALLOCATIONS.with(Cell::get) - before, 0, "{layout:?}");
    }
}
