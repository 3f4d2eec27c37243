//! The formats of results: one line each. What a format can hold its writers say (`outputs::formats`).

macro_rules! formats {
    ($($format:ident = $name:literal, $words:literal;)+) => {
        /// A format of results.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum TableFormat { $($format),+ }

        impl TableFormat {
            /// In the order in which they are listed, and read back where several are there.
            pub const ALL: &[TableFormat] = &[$(TableFormat::$format),+];
            /// What `[outputs] tables` and `--format` take.
            pub const NAMES: &[&str] = &[$($name),+];

            /// Its name, which is also the ending of its files.
            pub fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }

            /// The standard that it follows.
            pub fn words(self) -> &'static str {
                [$($words),+][self as usize]
            }
        }
    };
}

formats! {
    Csv = "csv", "CSV (RFC 4180)";
    Parquet = "parquet", "Parquet; with shapes GeoParquet 1.1";
    GeoJson = "geojson", "GeoJSON (RFC 7946)";
    GeoPackage = "gpkg", "GeoPackage 1.4";
    GeoTiff = "tif", "GeoTIFF 1.1, a band a column";
}

impl TableFormat {
    /// The file of a name in this format.
    pub fn file(self, name: &str) -> String {
        format!("{name}.{}", self.name())
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<TableFormat> {
        TableFormat::ALL.iter().copied().find(|format| format.name() == name)
    }
}
