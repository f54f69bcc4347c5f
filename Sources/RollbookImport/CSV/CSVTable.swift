import RollbookModel

/// A CSV file with a header: records whose fields have names.
final class CSVTable {
    /// What to do about a record that has more or fewer fields than the header has columns.
    enum RaggedRecords {
        /// It is rejected.
        case reject
        /// Missing fields count as empty, empty ones too many do no harm; both are noted. Others are rejected.
        case tolerate
    }

    /// The file, as messages name it.
    let name: String
    /// The columns' names, in the file's order, as they stand there.
    let columns: [String]
    private let reader: CSVReader
    private let ragged: RaggedRecords
    private var records: Int64 = 0
    private var recordsAtLastReport: Int64 = 0

    /// Reads the header.
    init(_ source: any ByteSource, name: String, ragged: RaggedRecords = .reject, bufferSize: Int = 1 << 18) throws {
        self.name = name
        self.ragged = ragged
        reader = CSVReader(source, bufferSize: bufferSize)
        columns = try Self.readHeader(reader, name: name)
    }

    private static func readHeader(_ reader: CSVReader, name: String) throws -> [String] {
        repeat {
            guard try reader.advance() else {
                throw RollbookError(.unreadableSource, "\(name) is empty: expected a header", subject: name)
            }
        } while reader.isBlank
        if let defect = reader.defect {
            throw RollbookError(
                .unreadableSource, "\(name) has no header that can be read: \(defect.reason)", subject: name)
        }
        let columns = (0..<reader.fieldCount).map { String(decoding: reader[$0], as: UTF8.self) }
        var seen: Set<String> = []
        for column in columns where !seen.insert(column).inserted {
            throw RollbookError(
                .unreadableSource, "\(name) has the column \(quoted(column)) twice", subject: name)
        }
        return columns
    }

    /// A column's name as a message may show it: a file without a header must not spill a record into a log.
    static func quoted(_ column: String) -> String {
        let isName = column.count <= 40 && column.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isName ? "\"\(column)\"" : "(a name that is not shown: it is long or has blanks)"
    }

    /// The line at which the current record begins.
    var line: Int64 { reader.line }

    /// A field of the current record; empty where there is none. Valid until the next record is read.
    subscript(index: Int?) -> UnsafeBufferPointer<UInt8> {
        guard let index, index < reader.fieldCount else { return UnsafeBufferPointer(start: nil, count: 0) }
        return reader[index]
    }

    /// A field of the current record as a text; empty where there is none.
    func text(_ index: Int?) -> String { String(decoding: self[index], as: UTF8.self) }

    /// Hands every record that can be read to `body`, which puts what it makes of it into `output`; a record for which it
    /// throws is rejected.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` or `cancelled`; whatever the sink throws.
    func forEachRecord(into output: RecordOutput, _ body: () throws(RecordFault) -> Void) async throws {
        while try fill(output, body) {
            try await output.handOver()
            if records - recordsAtLastReport >= 50_000 { await report(to: output) }
            if Task.isCancelled { throw RollbookError(.cancelled, "the import was cancelled", subject: name) }
        }
        try await output.finish()
        await report(to: output)
    }

    /// Reads on until the output wants to be emptied; false at the end of the file.
    private func fill(_ output: RecordOutput, _ body: () throws(RecordFault) -> Void) throws -> Bool {
        while !output.isFull {
            guard try reader.advance() else { return false }
            if reader.isBlank { continue }
            records += 1
            do throws(RecordFault) {
                try checkFields(output)
                try body()
            } catch {
                output.reject(rejection(error))
            }
        }
        return true
    }

    private func rejection(_ error: RecordFault) -> RejectedRecord {
        RejectedRecord(
            file: name, line: line, column: error.column, valueKind: error.fault.valueKind, reason: error.fault.reason,
            record: reader.recordText)
    }

    private func report(to output: RecordOutput) async {
        recordsAtLastReport = records
        await output.sink.progress(
            ReadProgress(
                file: name, records: records, bytesRead: reader.source.bytesRead, bytesTotal: reader.source.bytesTotal))
    }

    /// Checks that the current record could be taken apart into as many fields as the header has columns.
    private func checkFields(_ output: RecordOutput) throws(RecordFault) {
        if let defect = reader.defect {
            let column = defect.field.flatMap { columns.indices.contains($0) ? columns[$0] : nil }
            throw RecordFault(column, FieldFault(defect.valueKind, defect.reason))
        }
        if reader.fieldCount == columns.count { return }
        let isHarmless =
            reader.fieldCount < columns.count || (columns.count..<reader.fieldCount).allSatisfy { reader[$0].isEmpty }
        guard ragged == .tolerate, isHarmless else {
            let reason = "the record has \(reader.fieldCount) fields, the header has \(columns.count)"
            throw RecordFault(nil, FieldFault("text", reason))
        }
        output.note("records with fewer or more fields than the header; missing ones count as empty")
    }
}

extension CSVDefect {
    /// The position of the field that is to blame, where one is.
    fileprivate var field: Int? {
        switch self {
        case .quotes, .carriageReturn, .longRecord: nil
        case .longField(let field), .encoding(let field), .nul(let field): field
        }
    }

    fileprivate var valueKind: String {
        switch self {
        case .encoding, .nul: "bytes"
        default: "text"
        }
    }

    fileprivate var reason: String {
        switch self {
        case .quotes:
            "quotes are broken: a field with a quote in it stands in quotes, with each quote in it doubled"
        case .carriageReturn: "a carriage return stands alone: lines end with LF or CRLF"
        case .longRecord: "the record is longer than \(CSVReader.longestRecord) bytes; is a closing quote missing?"
        case .longField: "the field is longer than \(CSVReader.longestField) bytes"
        case .encoding: "the field is not UTF-8"
        case .nul: "the field holds a NUL byte"
        }
    }
}
