//! Protobuf's wire format, as far as OSM's files use it: bytes → fields and numbers. Whatever the bytes are, it ends,
//! and says so where they are no message.

/// Why a block cannot be used.
pub(super) type BlockDamage = &'static str;

pub(super) const BAD_MESSAGE: BlockDamage = "damaged data in the block that begins";

/// A field's value as it stands in the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WireValue<'b> {
    Number(u64),
    Bytes(&'b [u8]),
    /// Of four or eight bytes; nothing of ours is.
    Fixed,
}

impl<'b> WireValue<'b> {
    pub fn number(self) -> Result<u64, BlockDamage> {
        if let WireValue::Number(number) = self { Ok(number) } else { Err(BAD_MESSAGE) }
    }

    pub fn bytes(self) -> Result<&'b [u8], BlockDamage> {
        if let WireValue::Bytes(bytes) = self { Ok(bytes) } else { Err(BAD_MESSAGE) }
    }

    /// A number of at most 32 bits with a sign, as protobuf's `int32`.
    pub fn int32(self) -> Result<i32, BlockDamage> {
        // Negative ones are written with 64 bits.
        i32::try_from(self.number()?.cast_signed()).map_err(|_| BAD_MESSAGE)
    }

    /// The numbers of a repeated field: packed together, or one by itself.
    pub fn each(self, mut take: impl FnMut(u64)) -> Result<(), BlockDamage> {
        match self {
            WireValue::Number(number) => take(number),
            WireValue::Fixed => return Err(BAD_MESSAGE),
            WireValue::Bytes(mut bytes) => {
                while !bytes.is_empty() {
                    take(varint(&mut bytes)?);
                }
            }
        }
        Ok(())
    }
}

/// A number whose sign is folded into its lowest bit (protobuf's `sint64`).
pub(super) fn signed(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// The fields of a message, in their order, each by its number.
pub(super) fn fields<'b>(
    mut bytes: &'b [u8],
    mut take: impl FnMut(u64, WireValue<'b>) -> Result<(), BlockDamage>,
) -> Result<(), BlockDamage> {
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let value = match key & 7 {
            0 => WireValue::Number(varint(&mut bytes)?),
            1 => cut(&mut bytes, 8).map(|_| WireValue::Fixed)?,
            2 => {
                let length = varint(&mut bytes)?;
                WireValue::Bytes(cut(&mut bytes, usize::try_from(length).unwrap_or(usize::MAX))?)
            }
            5 => cut(&mut bytes, 4).map(|_| WireValue::Fixed)?,
            _ => return Err(BAD_MESSAGE),
        };
        if key >> 3 == 0 {
            return Err(BAD_MESSAGE);
        }
        take(key >> 3, value)?;
    }
    Ok(())
}

fn cut<'b>(bytes: &mut &'b [u8], length: usize) -> Result<&'b [u8], BlockDamage> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or(BAD_MESSAGE)?;
    *bytes = rest;
    Ok(taken)
}

/// A number of seven bits a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Result<u64, BlockDamage> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(BAD_MESSAGE)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(BAD_MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_the_definition() {
        // The examples of protobuf's own description: 150, and the order 0, −1, 1, −2.
        assert_eq!(varint(&mut &[0x96, 0x01][..]), Ok(150));
        assert_eq!([0, 1, 2, 3, u64::MAX].map(signed), [0, -1, 1, -2, i64::MIN]);
        assert_eq!(varint(&mut &[0xff; 9][..]), Err(BAD_MESSAGE));
        assert_eq!(varint(&mut &[0xff; 11][..]), Err(BAD_MESSAGE));
        assert_eq!(WireValue::Number(u64::MAX).int32(), Ok(-1));
    }

    #[test]
    fn fields_end_where_the_bytes_do() {
        let mut seen = Vec::new();
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, 7, 8, 0x1d, 0, 0, 0, 0];
        let read = fields(&message, |field, value| {
            seen.push((field, value));
            Ok(())
        });
        assert_eq!(read, Ok(()));
        assert_eq!(
            seen,
            [(1, WireValue::Number(150)), (2, WireValue::Bytes(&[7, 8])), (3, WireValue::Fixed)]
        );
        for end in [1, 2, 4, 5, 6, 8, 11] {
            assert_eq!(fields(&message[..end], |_, _| Ok(())), Err(BAD_MESSAGE), "{end}");
        }
        // A length beyond all memory, a group (type 3), field 0.
        for bad in
            [&[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01][..], &[0x0b], &[0x00, 0]]
        {
            assert_eq!(fields(bad, |_, _| Ok(())), Err(BAD_MESSAGE));
        }
    }
}
