public import RollbookModel

/// Rollbook's record tables as SELECTs over a platform's own tables: what a platform team writes in one file.
///
/// The file holds a section for each record table: a heading `-- rollbook: students` on a line of its own, and below it one
/// SELECT that yields the table's columns by name, in any order; columns that may be empty may be left out. A table that the
/// platform lacks is headed `-- rollbook: attendance (none)`. `class_teachers` alone may be missing, and is empty then.
public struct RecordMapping: Sendable, Hashable {
    /// The SELECT of a record table.
    public struct Selection: Sendable, Hashable {
        /// The statement, without a semicolon at its end.
        public let sql: String
        /// The line of its heading; the first is 1.
        public let line: Int
    }

    /// How messages name the file.
    public let file: String
    /// The file's text.
    public let text: String
    /// The SELECTs; a table that is not among them is empty.
    public let selections: [RecordTable: Selection]

    /// Reads the text of a mapping file.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource`, naming file and line, where the text is no mapping.
    public init(parsing text: String, file: String) throws {
        var reader = MappingReader(text, file: file)
        selections = try reader.read()
        self.text = text
        self.file = file
    }

    /// Where a table's SELECT stands: `mapping.sql:12`.
    public func place(of table: RecordTable) -> String {
        selections[table].map { "\(file):\($0.line)" } ?? file
    }

    /// The tables that may be missing from a file.
    static let optionalTables: Set<RecordTable> = [.classTeachers]
}
