//! The thread that turns the newest frame into what viewers get: each encoding once, however many
//! watch, and only those for which somebody is ready.

use std::sync::Arc;

use feagi_io::blocking::StopSignal;
use feagi_io::blocking::channels::WakeReceiver;
use lz4_flex::block::{CompressTable, compress_into_with_table, get_maximum_output_size};

use super::encode::{Encoder, Header};
use super::gate::Frame;
use super::pictures::{Picture, Pictures};
use super::viewers::{Audience, Encoding};

/// Pictures besides the one that each viewer may hold: those that are shown, and one in the making for
/// each encoding.
const SPARE: usize = 6;

pub(super) struct Converter {
    audience: Arc<Audience>,
    /// Kept while somebody is there: a viewer that could not take it when it came may ask for it later.
    newest: Option<Frame>,
    /// The frame that was made ready last, by encoding.
    made: [Option<u64>; 3],
    compact: Option<Arc<Picture>>,
    encoder: Encoder,
    table: CompressTable,
    pictures: Pictures,
}

impl Converter {
    pub(super) fn new(audience: Arc<Audience>) -> Self {
        // A viewer holds one of one encoding.
        let pictures = Pictures::new(audience.most() + SPARE);
        Self {
            audience,
            newest: None,
            made: [None; 3],
            compact: None,
            encoder: Encoder::default(),
            table: CompressTable::default(),
            pictures,
        }
    }

    pub(super) fn run(mut self, woken: &WakeReceiver, stop: &StopSignal) {
        loop {
            crossbeam_channel::select_biased! {
                recv(stop.receiver()) -> _ => return,
                recv(woken.receiver()) -> wake => if wake.is_err() { return },
            }
            self.look();
        }
    }

    fn look(&mut self) {
        if let Some(frame) = self.audience.gate.take_frame() {
            self.newest = Some(frame);
        }
        let (nobody, wanted) = self.audience.wants(self.newest.as_ref().map(|frame| frame.burst));
        if nobody {
            return self.clear();
        }
        let Some(frame) = self.newest.clone() else { return };
        for (encoding, wanted) in Encoding::ALL.into_iter().zip(wanted) {
            let at = encoding as usize;
            if !wanted {
                continue;
            }
            if self.made[at] == Some(frame.number) {
                // Somebody is ready now who was not when it was shown.
                self.audience.shown[at].send_modify(|_| ());
                continue;
            }
            self.made[at] = Some(frame.number);
            // Without a picture the frame is left out, which viewers see by the numbers.
            if let Some(picture) = self.picture(encoding, &frame) {
                self.audience.shown[at].send_replace(Some(picture));
            }
        }
    }

    fn picture(&mut self, encoding: Encoding, frame: &Frame) -> Option<Arc<Picture>> {
        match encoding {
            Encoding::Compact => self.compact(frame),
            Encoding::CompactLz4 => {
                let compact = self.compact(frame)?;
                self.compressed(&compact).or(Some(compact))
            }
            Encoding::Container => self.pictures.paint(frame.number, |bytes| {
                // Copied: a viewer that takes long must not keep the burst thread from using it again.
                let container = frame.fbc.get_byte_ref();
                bytes.clear();
                bytes.extend_from_slice(container);
                Some((Header { burst: frame.burst, ..Header::default() }, container.len()))
            }),
        }
    }

    fn compact(&mut self, frame: &Frame) -> Option<Arc<Picture>> {
        if let Some(compact) = self.compact.as_ref().filter(|compact| compact.number == frame.number) {
            return Some(Arc::clone(compact));
        }
        // The one before may be free now.
        self.compact = None;
        let encoder = &mut self.encoder;
        self.compact = self.pictures.paint(frame.number, |body| {
            let header = encoder.encode(&frame.fbc, body)?;
            Some((Header { burst: frame.burst, ..header }, header.length as usize))
        });
        self.compact.clone()
    }

    /// `None` when it would not be smaller.
    fn compressed(&mut self, compact: &Picture) -> Option<Arc<Picture>> {
        let table = &mut self.table;
        self.pictures.paint(compact.number, |block| {
            let body = compact.body();
            let room = get_maximum_output_size(body.len());
            if block.len() < room {
                block.resize(room, 0);
            }
            let length = compress_into_with_table(body, block, table).ok()?;
            (length < body.len()).then_some((Header { lz4: true, ..compact.header }, length))
        })
    }

    /// Nobody is there: what was shown is old when somebody comes, and memory can be given back.
    fn clear(&mut self) {
        self.newest = None;
        self.compact = None;
        for shown in &self.audience.shown {
            shown.send_replace(None);
        }
        self.pictures.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Viewers;

    #[test]
    fn bodies_are_compressed_only_where_that_makes_them_smaller() {
        let viewers = Viewers::new(1).unwrap();
        let mut converter = Converter::new(Arc::clone(viewers.audience()));
        let mut body = |bytes: Vec<u8>| {
            let header = Header { length: bytes.len() as u32, burst: 9, ..Header::default() };
            let compact = converter.pictures.paint(1, |place| {
                *place = bytes;
                Some((header, header.length as usize))
            });
            let compact = compact.unwrap();
            let picture = converter.compressed(&compact)?;
            assert_eq!(picture.header, Header { lz4: true, ..header });
            Some((picture.body().to_vec(), compact.body().to_vec()))
        };
        let (block, plain) = body(vec![7; 1000]).unwrap();
        assert_eq!(lz4_flex::block::decompress(&block, 1000).unwrap(), plain);
        let noise = (0..1000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(body(noise).is_none());
    }
}
