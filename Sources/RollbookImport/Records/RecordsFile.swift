import RollbookModel

/// A canonical CSV file of one table.
struct RecordsFile {
    private let table: RecordTable
    private let csv: CSVTable
    /// For each column of the table, in declared order, where it stands in the file.
    private let columns: [(column: RecordTable.Column, field: Int?)]
    private let sourceIdentifierField: Int?

    private static let sourceIdentifier = "source_id"

    /// Opens the file and checks its header.
    init(_ table: RecordTable, path: String, name: String) throws {
        try self.init(table, source: FileByteSource.opening(path: path, name: name), name: name)
    }

    /// Checks the header of a file whose bytes come from `source`.
    init(_ table: RecordTable, source: any ByteSource, name: String) throws {
        csv = try CSVTable(source, name: name)
        self.table = table
        let known = table.columns.map(\.name) + (table.hasKey ? [Self.sourceIdentifier] : [])
        for column in csv.columns where !known.contains(column) {
            throw RollbookError(
                .unreadableSource,
                "\(name) has the column \(CSVTable.quoted(column)), which \(table.rawValue) has not; its columns are "
                    + known.joined(separator: ", "), subject: name)
        }
        let header = csv.columns
        columns = try table.columns.map { column in
            let field = header.firstIndex(of: column.name)
            guard field != nil || column.isOptional else {
                throw RollbookError(
                    .unreadableSource,
                    "\(name) lacks the column \"\(column.name)\"; the columns of \(table.rawValue) are "
                        + known.joined(separator: ", "), subject: name)
            }
            return (column, field)
        }
        sourceIdentifierField = header.firstIndex(of: Self.sourceIdentifier)
    }

    /// Reads all records.
    func read(into sink: any RecordSink) async throws {
        let output = RecordOutput([table], file: csv.name, sink: sink)
        var values = [FieldValue](repeating: .missing, count: columns.count)
        try await csv.forEachRecord(into: output) { () throws(RecordFault) in
            try take(&values, output)
        }
    }

    /// Reads the current record, using the memory of the last one.
    private func take(_ values: inout [FieldValue], _ output: RecordOutput) throws(RecordFault) {
        for index in columns.indices {
            do throws(FieldFault) {
                values[index] = try value(of: columns[index])
            } catch {
                throw RecordFault(columns[index].column.name, error)
            }
        }
        output.append(values, to: table, line: csv.line)
    }

    private func value(of place: (column: RecordTable.Column, field: Int?)) throws(FieldFault) -> FieldValue {
        if place.column.type == .key, let field = sourceIdentifierField, !csv[field].isEmpty {
            return .identifier(.text(csv.text(field)))
        }
        let bytes = csv[place.field]
        guard bytes.isEmpty else { return try FieldValue.reading(bytes, as: place.column.type) }
        guard place.column.isOptional else { throw FieldFault("empty", "a value is needed") }
        return .missing
    }
}
