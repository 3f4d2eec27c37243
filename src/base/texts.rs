//! Many short texts in one flat buffer.

/// A column of texts: ids, names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    offsets: Vec<u32>,
    bytes: String,
}

impl Default for Texts {
    fn default() -> Self {
        Texts { offsets: vec![0], bytes: String::new() }
    }
}

impl Texts {
    /// From its parts, or `None` where they do not fit each other or cut a character.
    pub fn from_parts(offsets: Vec<u32>, bytes: Vec<u8>) -> Option<Self> {
        let bytes = String::from_utf8(bytes).ok()?;
        let sound = offsets.first() == Some(&0)
            && offsets.is_sorted()
            && offsets.last().copied().map(|last| last as usize) == Some(bytes.len())
            && offsets.iter().all(|&at| bytes.is_char_boundary(at as usize));
        sound.then_some(Texts { offsets, bytes })
    }

    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.offsets.push(u32::try_from(self.bytes.len()).expect("less than 4 GiB of text"));
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, i: usize) -> &str {
        &self.bytes[self.offsets[i] as usize..self.offsets[i + 1] as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }

    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_bytes()
    }
}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut column = Texts::default();
        for text in texts {
            column.push(text.as_ref());
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let texts: Texts = ["Åsö", "", "Hötorget"].into_iter().collect();
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["Åsö", "", "Hötorget"]);
        assert_eq!(Texts::from_parts(texts.offsets().to_vec(), texts.bytes().to_vec()), Some(texts));
        assert!(Texts::from_parts(vec![0, 1], "Å".into()).is_none());
    }
}
