//! Frames as viewers get them, in memory that is used again and again.

use std::sync::Arc;

use super::encode::Header;

/// A frame in one encoding.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// Counts frames, also those that nobody turned into a picture.
    pub(super) number: u64,
    /// Burst, and what stands in front of a compact body.
    pub(super) header: Header,
    bytes: Vec<u8>,
    used: usize,
}

impl Picture {
    /// The body, or a whole container.
    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }
}

/// Pictures that viewers share. One that nobody holds any more is painted over.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    pictures: Vec<Arc<Picture>>,
    most: usize,
}

impl Pictures {
    /// Up to `most` pictures; none is made yet.
    pub(super) fn new(most: usize) -> Self {
        Self { pictures: Vec::new(), most }
    }

    /// A picture of frame `number` with what `paint` puts into the memory of an older one: the header,
    /// and how many bytes are used. `None` when it puts nothing there, or when all pictures are held.
    pub(super) fn paint(
        &mut self,
        number: u64,
        paint: impl FnOnce(&mut Vec<u8>) -> Option<(Header, usize)>,
    ) -> Option<Arc<Picture>> {
        let free = self.pictures.iter_mut().position(|picture| Arc::get_mut(picture).is_some());
        if free.is_none() && self.pictures.len() < self.most {
            self.pictures.push(Arc::default());
        }
        let at = free.or_else(|| self.pictures.len().checked_sub(1))?;
        let picture = Arc::get_mut(&mut self.pictures[at])?;
        let (header, used) = paint(&mut picture.bytes)?;
        (picture.number, picture.header, picture.used) = (number, header, used);
        Some(Arc::clone(&self.pictures[at]))
    }

    /// Gives the memory back.
    pub(super) fn clear(&mut self) {
        self.pictures = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(pictures: &mut Pictures, number: u64) -> Option<Arc<Picture>> {
        pictures.paint(number, |bytes| {
            bytes.resize(9, number as u8);
            Some((Header::default(), number as usize))
        })
    }

    #[test]
    fn pictures_that_are_held_stay_and_others_are_painted_over() {
        let mut pictures = Pictures::new(2);
        let first = painted(&mut pictures, 1).unwrap();
        let second = painted(&mut pictures, 2).unwrap();
        assert!(painted(&mut pictures, 3).is_none());
        let place = Arc::as_ptr(&second);
        drop(second);
        let third = painted(&mut pictures, 3).unwrap();
        assert_eq!((Arc::as_ptr(&third), third.body().len(), first.body().len()), (place, 3, 1));
        drop(third);
        assert!(pictures.paint(4, |_| None).is_none());
        assert!(painted(&mut pictures, 5).is_some());
    }
}
