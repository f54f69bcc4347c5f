import RollbookModel

/// One file of a bundle: its columns found whatever their order and case, its dirt counted.
struct OneRosterTable {
    let csv: CSVTable
    let file: OneRosterFile
    let mode: OneRosterManifest.Mode

    private let fields: [String: Int]
    private let spellings: [(column: String, field: Int, spelling: OneRosterFile.Spelling)]
    private let headerNotes: [String]

    init(_ file: OneRosterFile, source: any ByteSource, name: String, mode: OneRosterManifest.Mode) throws {
        self.file = file
        self.mode = mode
        csv = try CSVTable(source, name: name, ragged: .tolerate)
        let header = OneRosterHeader(csv.columns, of: file)
        if let missing = file.neededColumns.first(where: { header.fields[$0] == nil }) {
            throw RollbookError(
                .unreadableSource,
                "\(name) lacks the column \"\(missing)\"; it needs "
                    + file.neededColumns.joined(separator: ", "), subject: name)
        }
        fields = header.fields
        headerNotes = header.notes
        spellings = file.spellings.compactMap { column, spelling in
            header.fields[column].map { (column, $0, spelling) }
        }
    }

    /// Whether the file has the column.
    func has(_ column: String) -> Bool { fields[column] != nil }

    /// Hands every record to `body`; one for which it throws is rejected. Remarks and rejections are made only where this is
    /// the first reading of the file.
    func forEachRecord(
        into sink: any RecordSink, isFirstReading: Bool = true,
        _ body: (RecordOutput) throws(RecordFault) -> Void
    ) async throws {
        let output = RecordOutput(file.tables, file: csv.name, sink: sink, isFirstReading: isFirstReading)
        headerNotes.forEach(output.note)
        try await csv.forEachRecord(into: output) { () throws(RecordFault) in
            checkSpellings(output)
            try body(output)
        }
    }

    /// Whether the record says that it is gone: `tobedeleted`, and `inactive`, as version 1.0 had it.
    func isGone(_ output: RecordOutput) throws(RecordFault) -> Bool {
        let status = word("status")
        if mode == .bulk, !status.isEmpty { output.note("status is filled in, though the file is bulk") }
        switch status {
        case "", "active": return false
        case "tobedeleted": return true
        case "inactive":
            output.note("the status \"inactive\" is taken for \"tobedeleted\"")
            return true
        default: throw fault("status", "expected active or tobedeleted")
        }
    }

    /// A field's text; empty where there is none.
    func text(_ column: String) -> String { csv.text(fields[column]) }

    /// A field's text in lower case and without blanks around it.
    func word(_ column: String) -> String {
        let text = text(column)
        guard let first = text.firstIndex(where: { $0 != " " }), let last = text.lastIndex(where: { $0 != " " }) else {
            return ""
        }
        return text[first...last].lowercased()
    }

    /// A field's text, which must not be empty.
    func neededText(_ column: String) throws(RecordFault) -> String {
        let text = text(column)
        if text.isEmpty { throw RecordFault(column, FieldFault("empty", "a value is needed")) }
        return text
    }

    /// A field's exact number, or nil where it is empty.
    func decimal(_ column: String) throws(RecordFault) -> ExactDecimal? {
        let bytes = csv[fields[column]]
        if bytes.isEmpty { return nil }
        guard let decimal = ExactDecimal(bytes) else { throw fault(column, "expected a number such as 87.5") }
        return decimal
    }

    /// A field's date, or nil where it is empty.
    func date(_ column: String) throws(RecordFault) -> CalendarDate? {
        let text = text(column)
        if text.isEmpty { return nil }
        guard let date = OneRosterDate.reading(text), Instant.storable.contains(Instant(startOf: date)) else {
            throw fault(column, "expected a date that exists, from 1900 to 2199, such as 2025-09-01")
        }
        return date
    }

    /// Blames a field of the current record.
    func fault(_ column: String, _ reason: String) -> RecordFault {
        RecordFault(column, FieldFault(in: csv[fields[column]], reason))
    }

    private func checkSpellings(_ output: RecordOutput) {
        for (column, field, spelling) in spellings where !csv[field].isEmpty {
            if !spelling.isMet(by: csv[field]) {
                output.note("\(column) is not spelled as the specification says")
            }
        }
        if mode == .bulk, let field = fields["dateLastModified"], !csv[field].isEmpty {
            output.note("dateLastModified is filled in, though the file is bulk")
        }
    }
}

/// Dates as bundles write them.
enum OneRosterDate {
    /// Reads `2025-09-01`, also with a time behind it, and `9/01/2025`: month first, as in the standard's country.
    static func reading(_ text: String) -> CalendarDate? {
        if let date = CalendarDate(parsing: text) { return date }
        if let instant = Instant(parsing: text) {
            return CalendarDate(parsing: text.prefix(10)) ?? instant.utcDate
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].count == 4, let month = Int(parts[0]), let day = Int(parts[1]),
            let year = Int(parts[2])
        else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }
}

extension OneRosterFile.Spelling {
    /// Whether a value is spelled so.
    fileprivate func isMet(by bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .oneOf(let words):
            words.contains { $0.utf8.elementsEqual(bytes) } || bytes.starts(with: "ext:".utf8)
        case .date: (try? FieldValue.date(bytes)) != nil
        case .dateTime: (try? FieldValue.instant(bytes)) != nil
        }
    }
}
