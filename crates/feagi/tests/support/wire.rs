//! Containers written and read byte by byte, so that what the server says is judged by the format and
//! not by the server's own code.

use serde_json::Value;

/// Bytes of a container before the lengths of its structs.
pub(crate) const HEADER: usize = 52;
/// Where the id of an agent stands.
const ID: std::ops::Range<usize> = 4..HEADER;

/// Position and potential of a voxel.
pub(crate) type Cell = (u32, u32, u32, f32);

/// A container with a blank id.
pub(crate) fn container(structs: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![4, 0, 0, structs.len() as u8];
    bytes.resize(HEADER, 0);
    for part in structs {
        bytes.extend((part.len() as u32).to_le_bytes());
    }
    bytes.extend(structs.concat());
    bytes
}

/// A JSON struct.
pub(crate) fn json(text: &str) -> Vec<u8> {
    [&[1, 1], text.as_bytes()].concat()
}

/// A control message.
pub(crate) fn message(value: &Value) -> Vec<u8> {
    container(&[&json(&value.to_string())])
}

/// A struct with voxels of one area.
pub(crate) fn voxels(area: [u8; 8], cells: &[Cell]) -> Vec<u8> {
    const DATA: u32 = 20;
    let mut bytes = vec![11, 1, 1, 0];
    bytes.extend(area);
    bytes.extend(DATA.to_le_bytes());
    bytes.extend((16 * cells.len() as u32).to_le_bytes());
    for axis in [|cell: &Cell| cell.0, |cell: &Cell| cell.1, |cell: &Cell| cell.2] {
        bytes.extend(cells.iter().flat_map(|cell| axis(cell).to_le_bytes()));
    }
    bytes.extend(cells.iter().flat_map(|cell| cell.3.to_le_bytes()));
    bytes
}

/// A frame with voxels of one area.
pub(crate) fn frame(area: [u8; 8], cells: &[Cell]) -> Vec<u8> {
    container(&[&voxels(area, cells)])
}

/// The JSON of a control message.
pub(crate) fn json_of(message: &[u8]) -> Value {
    let [part] = &structs(message)[..] else { panic!("one struct expected: {message:?}") };
    assert_eq!(part[..2], [1, 1], "a JSON struct");
    serde_json::from_slice(&part[2..]).expect("JSON")
}

/// The voxels of an area in a frame; none when the area is not mentioned.
pub(crate) fn cells_of(frame: &[u8], area: [u8; 8]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for part in structs(frame) {
        assert_eq!(part[..2], [11, 1], "a struct of voxels");
        let areas = usize::from(u16::from_le_bytes([part[2], part[3]]));
        for entry in part[4..][..16 * areas].chunks(16) {
            let [offset, length] = [8, 12].map(|at| word(entry, at) as usize);
            if entry[..8] == area {
                let data = &part[offset..][..length];
                let count = length / 16;
                let axis = |axis: usize, at: usize| word(data, 4 * (axis * count + at));
                let cell = |at| (axis(0, at), axis(1, at), axis(2, at), f32::from_bits(axis(3, at)));
                cells.extend((0..count).map(cell));
            }
        }
    }
    cells
}

/// The id in the header of a container.
pub(crate) fn id_of(container: &[u8]) -> &[u8] {
    &container[ID]
}

fn structs(container: &[u8]) -> Vec<&[u8]> {
    assert_eq!(container[0], 4, "the version of the format");
    let count = usize::from(container[3]);
    let mut at = HEADER + 4 * count;
    let lengths = container[HEADER..at].chunks(4).map(|length| word(length, 0) as usize);
    let part = |length| {
        at += length;
        &container[at - length..at]
    };
    lengths.map(part).collect()
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}
