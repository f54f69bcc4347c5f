import Foundation
import RollbookModel

/// The files of the dataset that are read.
enum OULADFile: String, CaseIterable {
    case courses
    case assessments
    case studentInfo
    case studentRegistration
    case studentAssessment
}

/// One file of the dataset, whose rows are rejected by the column that is to blame.
struct OULADTable {
    /// A column: its name and where it stands.
    struct Column {
        let name: String
        let field: Int
    }

    let csv: CSVTable

    init(_ file: OULADFile, path: String) throws {
        let name = URL(fileURLWithPath: path).lastPathComponent
        csv = try CSVTable(FileByteSource.opening(path: path, name: name), name: name)
    }

    /// A column of the file.
    func column(_ name: String) throws -> Column {
        guard let field = csv.columns.firstIndex(of: name) else {
            throw RollbookError(
                .unreadableSource, "\(csv.name) lacks the column \"\(name)\" of the dataset", subject: csv.name)
        }
        return Column(name: name, field: field)
    }

    /// Hands every row to `body`; a row for which it throws is rejected.
    func forEachRecord(
        of tables: [RecordTable], into sink: any RecordSink, _ body: (RecordOutput) throws(RecordFault) -> Void
    ) async throws {
        let output = RecordOutput(tables, file: csv.name, sink: sink)
        try await csv.forEachRecord(into: output) { () throws(RecordFault) in try body(output) }
    }

    /// Whether nothing or `?` stands in the field.
    func isMissing(_ column: Column) -> Bool {
        let bytes = csv[column.field]
        return bytes.isEmpty || bytes.elementsEqual([UInt8(ascii: "?")])
    }

    /// A whole number.
    func number(_ column: Column, in range: ClosedRange<Int64> = .min ... .max) throws(RecordFault) -> Int64 {
        let bytes = csv[column.field]
        guard !isMissing(column) else { throw RecordFault(column.name, FieldFault("empty", "a value is needed")) }
        guard let number = FieldValue.number(bytes) else {
            throw RecordFault(column.name, FieldFault(in: bytes, "expected a whole number"))
        }
        guard range.contains(number) else {
            let reason = "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw RecordFault(column.name, FieldFault("number", reason))
        }
        return number
    }

    /// The two columns that name a presentation.
    func presentationColumns() throws -> (module: Column, code: Column) {
        (try column("code_module"), try column("code_presentation"))
    }

    /// A presentation: its module, its code (`AAA-2013J`), and its first day: 1 February for `B`, 1 October for `J`.
    func presentation(
        _ columns: (module: Column, code: Column)
    ) throws(RecordFault) -> (module: String, code: String, firstDay: CalendarDate) {
        let module = csv.text(columns.module.field)
        guard !module.isEmpty else {
            throw RecordFault(columns.module.name, FieldFault("empty", "a value is needed"))
        }
        let code = csv.text(columns.code.field)
        let month = code.hasSuffix("B") ? 2 : 10
        guard code.count == 5, code.hasSuffix("B") || code.hasSuffix("J"), let year = Int(code.prefix(4)),
            (1900..<2200).contains(year), let firstDay = CalendarDate(year: year, month: month, day: 1)
        else {
            let fault = FieldFault(in: csv[columns.code.field], "expected a year and B or J, such as 2013J")
            throw RecordFault(columns.code.name, fault)
        }
        return (module, "\(module)-\(code)", firstDay)
    }
}

/// Reads the rows of `studentAssessment`.
struct OULADResults {
    private let table: OULADTable
    private let firstDays: [Int64: CalendarDate]
    private let assessment: OULADTable.Column
    private let student: OULADTable.Column
    private let date: OULADTable.Column
    private let isBanked: OULADTable.Column
    private let score: OULADTable.Column

    /// A submission's id is the assessment's times this, plus the student's.
    private static let studentIdentifiers: Int64 = 10_000_000

    init(_ table: OULADTable, firstDays: [Int64: CalendarDate]) throws {
        self.table = table
        self.firstDays = firstDays
        assessment = try table.column("id_assessment")
        student = try table.column("id_student")
        date = try table.column("date_submitted")
        isBanked = try table.column("is_banked")
        score = try table.column("score")
    }

    /// The material submission of the current row, or nil where it is banked.
    func submission() throws(RecordFault) -> [FieldValue]? {
        guard try table.number(isBanked, in: 0...1) == 0 else { return nil }
        let assessmentNumber = try table.number(assessment, in: 0...900_000_000_000)
        guard let firstDay = firstDays[assessmentNumber] else {
            let fault = FieldFault("number", "there is no such assessment")
            throw RecordFault(assessment.name, fault)
        }
        let studentNumber = try table.number(student, in: 0...Self.studentIdentifiers - 1)
        let day = try table.number(date, in: -3660...3660)
        return [
            .identifier(.number(assessmentNumber * Self.studentIdentifiers + studentNumber)),
            .identifier(.number(studentNumber)), .identifier(.number(assessmentNumber)),
            .instant(Instant(startOf: firstDay.adding(days: Int(day))).microsecondsSinceEpoch), try points(),
        ]
    }

    private func points() throws(RecordFault) -> FieldValue {
        if table.isMissing(score) { return .missing }
        do throws(FieldFault) {
            return .score(try FieldValue.score(table.csv[score.field]))
        } catch {
            throw RecordFault(score.name, error)
        }
    }
}
