//! The words of the format: numbers, lists, columns, sections.

use alloc::vec::Vec;

use feagi_types::Column;

use super::{SnapshotError, SnapshotLimits};

/// Fewer equal values in a row are not worth a piece of their own.
const WORTH_A_RUN: usize = 4;

/// A value that lists hold.
pub(super) trait Word: Copy {
    /// Bytes of one.
    const BYTES: usize;

    /// Appends it.
    fn put(self, bytes: &mut Vec<u8>);

    /// Reads one from exactly [`Word::BYTES`] bytes.
    fn get(bytes: &[u8]) -> Self;

    /// Whether both have the same bits.
    fn same(self, other: Self) -> bool;
}

macro_rules! word {
    ($($type:ty),*) => {
        $(impl Word for $type {
            const BYTES: usize = size_of::<Self>();

            fn put(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            fn get(bytes: &[u8]) -> Self {
                let mut value = [0; Self::BYTES];
                value.copy_from_slice(bytes);
                Self::from_le_bytes(value)
            }

            #[inline]
            fn same(self, other: Self) -> bool {
                self.to_le_bytes() == other.to_le_bytes()
            }
        })*
    };
}

word!(u8, u16, u32, u64, f32);

/// Bytes in the making.
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// With room for `room` bytes; more is taken as it is needed.
    pub(super) fn new(room: usize) -> Self {
        Self { bytes: Vec::with_capacity(room) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A named section whose content `fill` writes.
    pub(super) fn section(&mut self, tag: [u8; 4], fill: impl FnOnce(&mut Self)) {
        self.raw(&tag);
        let length = self.bytes.len();
        self.raw(&[0; 8]);
        fill(self);
        let content = (self.bytes.len() - length - 8) as u64;
        self.bytes[length..length + 8].copy_from_slice(&content.to_le_bytes());
    }

    pub(super) fn word<T: Word>(&mut self, value: T) {
        value.put(&mut self.bytes);
    }

    pub(super) fn flag(&mut self, value: bool) {
        self.word(u8::from(value));
    }

    #[inline]
    pub(super) fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A number of things, or a position among them.
    pub(super) fn count(&mut self, value: usize) {
        self.varint(value as u64);
    }

    /// A list whose length the reader knows.
    pub(super) fn list<T: Word>(&mut self, values: &[T]) {
        let (mut written, mut at) = (0, 0);
        while let Some(&value) = values.get(at) {
            let run = values[at..].iter().take_while(|other| other.same(value)).count();
            if run >= WORTH_A_RUN {
                self.piece(&values[written..at]);
                self.varint((run as u64) << 1 | 1);
                self.word(value);
                written = at + run;
            }
            at += run;
        }
        self.piece(&values[written..]);
    }

    fn piece<T: Word>(&mut self, values: &[T]) {
        if !values.is_empty() {
            self.varint((values.len() as u64) << 1);
            self.bytes.reserve(values.len() * T::BYTES);
            values.iter().for_each(|&value| self.word(value));
        }
    }

    pub(super) fn column<T: Word>(&mut self, column: &Column<T>) {
        match column {
            Column::Uniform(value) => {
                self.flag(false);
                self.word(*value);
            }
            Column::PerRow(values) => {
                self.flag(true);
                self.list(values);
            }
        }
    }

    /// A column of something that `code` writes as a byte.
    pub(super) fn coded<T: Copy>(&mut self, column: &Column<T>, code: impl Fn(T) -> u8) {
        let coded = match column {
            Column::Uniform(value) => Column::Uniform(code(*value)),
            Column::PerRow(values) => Column::PerRow(values.iter().map(|&value| code(value)).collect()),
        };
        self.column(&coded);
    }

    /// Numbers that rise strictly, as distances.
    pub(super) fn rising(&mut self, values: impl Iterator<Item = u32>) {
        let mut next = 0;
        for value in values {
            self.varint(u64::from(value) - next);
            next = u64::from(value) + 1;
        }
    }
}

/// Bytes of one section that are still to be read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    section: &'static str,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8], section: &'static str) -> Self {
        Self { rest: bytes, section }
    }

    /// The refusal of this section for `what`.
    pub(super) const fn wrong(&self, what: &'static str) -> SnapshotError {
        SnapshotError::Invalid { section: self.section, what }
    }

    /// Refuses the section for `what` unless `holds`.
    pub(super) fn check(&self, holds: bool, what: &'static str) -> Result<(), SnapshotError> {
        if holds { Ok(()) } else { Err(self.wrong(what)) }
    }

    /// Bytes that are left.
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    /// Checks that nothing is left.
    pub(super) fn end(&self) -> Result<(), SnapshotError> {
        self.check(self.rest.is_empty(), "bytes are left over")
    }

    /// The section that comes next, which has to have this tag.
    pub(super) fn section(&mut self, tag: [u8; 4], name: &'static str) -> Result<Self, SnapshotError> {
        let found = self.raw(4)?;
        let missing = SnapshotError::Invalid { section: name, what: "it is not where it belongs" };
        if found != tag {
            return Err(missing);
        }
        let length: u64 = self.word()?;
        let length = usize::try_from(length).map_err(|_| missing)?;
        Ok(Self { rest: self.raw(length)?, section: name })
    }

    pub(super) fn raw(&mut self, length: usize) -> Result<&'a [u8], SnapshotError> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.wrong("it ends too early"));
        };
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn word<T: Word>(&mut self) -> Result<T, SnapshotError> {
        self.raw(T::BYTES).map(T::get)
    }

    pub(super) fn flag(&mut self) -> Result<bool, SnapshotError> {
        match self.word()? {
            0_u8 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong("a flag is neither 0 nor 1")),
        }
    }

    /// `None`, no or yes.
    pub(super) fn choice(&mut self) -> Result<Option<bool>, SnapshotError> {
        match self.word()? {
            0_u8 => Ok(None),
            1 => Ok(Some(false)),
            2 => Ok(Some(true)),
            _ => Err(self.wrong("a choice is neither 0, 1 nor 2")),
        }
    }

    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64, SnapshotError> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, SnapshotError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte: u8 = self.word()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.wrong("a number has more than 64 bits"))
    }

    #[inline]
    pub(super) fn u32(&mut self) -> Result<u32, SnapshotError> {
        u32::try_from(self.varint()?).map_err(|_| self.wrong("a number has more than 32 bits"))
    }

    /// A number of things, each of which takes at least one more byte of the section. So it is never
    /// larger than the section.
    pub(super) fn count(&mut self) -> Result<usize, SnapshotError> {
        let count = self.varint()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.rest.len() => Ok(count),
            _ => Err(self.wrong("it counts more than it holds")),
        }
    }

    /// A position below `end`.
    #[inline]
    pub(super) fn position(&mut self, end: usize, what: &'static str) -> Result<usize, SnapshotError> {
        match usize::try_from(self.varint()?) {
            Ok(position) if position < end => Ok(position),
            _ => Err(self.wrong(what)),
        }
    }

    /// A list of `length` values. The caller has made sure that there is memory for them.
    pub(super) fn list<T: Word>(&mut self, length: usize) -> Result<Vec<T>, SnapshotError> {
        let mut values = Vec::with_capacity(length);
        while values.len() < length {
            let head = self.varint()?;
            let piece = usize::try_from(head >> 1).unwrap_or(usize::MAX);
            self.check((1..=length - values.len()).contains(&piece), "a list has a piece of a wrong length")?;
            if head & 1 == 1 {
                let value = self.word()?;
                values.resize(values.len() + piece, value);
            } else {
                let bytes = piece.checked_mul(T::BYTES).ok_or_else(|| self.wrong("it ends too early"))?;
                values.extend(self.raw(bytes)?.chunks_exact(T::BYTES).map(T::get));
            }
        }
        Ok(values)
    }

    /// A column of `rows` values, all of which are in range, or it is refused for `what`.
    pub(super) fn column<T: Word + PartialEq>(
        &mut self,
        rows: usize,
        budget: &mut Budget,
        in_range: impl Fn(T) -> bool,
        what: &'static str,
    ) -> Result<Column<T>, SnapshotError> {
        let column = if self.flag()? {
            budget.take(self, rows as u64, T::BYTES as u64)?;
            Column::PerRow(self.list(rows)?)
        } else {
            Column::Uniform(self.word()?)
        };
        self.check(column.all(in_range), what)?;
        Ok(column)
    }

    /// A column of something that is written as a byte below `codes`.
    pub(super) fn coded<T>(
        &mut self,
        rows: usize,
        budget: &mut Budget,
        codes: u8,
        value: impl Fn(u8) -> T,
    ) -> Result<Column<T>, SnapshotError> {
        let known = |code: u8| code < codes;
        Ok(match self.column(rows, budget, known, "a code stands for nothing")? {
            Column::Uniform(code) => Column::Uniform(value(code)),
            Column::PerRow(codes) => Column::PerRow(codes.into_iter().map(value).collect()),
        })
    }

    /// `count` numbers that rise strictly and are below `end`.
    pub(super) fn rising(
        &mut self,
        count: usize,
        end: u32,
        what: &'static str,
    ) -> Result<Vec<u32>, SnapshotError> {
        let mut values = Vec::with_capacity(count);
        let mut next = 0_u64;
        for _ in 0..count {
            let value = next.checked_add(self.varint()?).filter(|&value| value < u64::from(end));
            let value = value.ok_or_else(|| self.wrong(what))?;
            values.push(value as u32);
            next = value + 1;
        }
        Ok(values)
    }
}

/// What is left of the limits.
pub(super) struct Budget {
    limits: SnapshotLimits,
    left: SnapshotLimits,
}

impl Budget {
    pub(super) const fn new(limits: &SnapshotLimits) -> Self {
        Self { limits: *limits, left: *limits }
    }

    /// Takes memory for `count` things of `each` bytes.
    pub(super) fn take(&mut self, reader: &Reader<'_>, count: u64, each: u64) -> Result<(), SnapshotError> {
        let (limit, wanted) = (self.limits.memory, count.saturating_mul(each));
        let left = &mut self.left.memory;
        spend(reader, left, limit, wanted, "bytes of memory")
    }

    /// Takes room for neurons that are not retired.
    pub(super) fn take_neurons(&mut self, reader: &Reader<'_>, count: u64) -> Result<(), SnapshotError> {
        spend(reader, &mut self.left.neurons, self.limits.neurons, count, "neurons")
    }

    /// Takes room for `words` words of history.
    pub(super) fn take_history(&mut self, reader: &Reader<'_>, words: u64) -> Result<(), SnapshotError> {
        let wanted = words.saturating_mul(u64::BYTES as u64);
        spend(reader, &mut self.left.history, self.limits.history, wanted, "bytes of history")
    }

    /// Takes room for synapses.
    pub(super) fn take_synapses(&mut self, reader: &Reader<'_>, count: u64) -> Result<(), SnapshotError> {
        spend(reader, &mut self.left.synapses, self.limits.synapses, count, "synapses")
    }
}

fn spend(
    reader: &Reader<'_>,
    left: &mut u64,
    limit: u64,
    wanted: u64,
    what: &'static str,
) -> Result<(), SnapshotError> {
    match left.checked_sub(wanted) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => {
            let count = (limit - *left).saturating_add(wanted);
            Err(SnapshotError::TooMuch { section: reader.section, what, count, limit })
        }
    }
}
