import RollbookModel

/// Reads line items and results.
final class OneRosterGradebook {
    private let bundle: OneRosterBundle
    private let sink: any RecordSink
    private let courseOfClass: (String) -> String?
    private var ranges: [String: OneRosterPointRange] = [:]

    init(_ bundle: OneRosterBundle, sink: any RecordSink, courseOfClass: @escaping (String) -> String?) {
        self.bundle = bundle
        self.sink = sink
        self.courseOfClass = courseOfClass
    }

    /// Reads the line items, then their results.
    func read() async throws {
        try await readLineItems()
        try await readResults()
    }

    private func readLineItems() async throws {
        guard let table = try bundle.open(.lineItems) else { return }
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if try table.isGone(output) { return output.remove(.text(id), from: .materials) }
            let classID = try table.neededText("classSourcedId")
            guard let course = courseOfClass(classID) else {
                throw table.fault("classSourcedId", OneRosterReading.unknownClass)
            }
            let title = try table.neededText("title")
            let range = try OneRosterPointRange(table)
            if table.text("resultValueMax").isEmpty {
                output.note("line items without resultValueMax: 100 is taken for it")
            }
            if let before = knownRange(of: id), before.low != range.low || before.high != range.high {
                output.note("line items with another range of points; scores stored before keep the range they had")
            }
            ranges[id] = range
            output.remember(range.text, of: id, topic: OneRosterMemory.lineItem)
            output.append(
                [.identifier(.text(id)), .identifier(.text(course)), .identifier(.text(classID)), .text(title)],
                to: .materials, line: table.csv.line)
        }
    }

    /// The range of a line item of this bundle or an earlier one.
    private func knownRange(of lineItem: String) -> OneRosterPointRange? {
        ranges[lineItem]
            ?? bundle.memory[OneRosterMemory.lineItem, lineItem].flatMap { OneRosterPointRange(text: $0) }
    }

    private func readResults() async throws {
        guard let table = try bundle.open(.results) else { return }
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if try table.isGone(output) { return output.remove(.text(id), from: .materialSubmissions) }
            let status = try scoreStatus(table)
            if status == .exempt || status == .notSubmitted {
                output.note("results that are \(status.rawValue), left out")
                // What an earlier import took for a submission is none any more.
                if table.mode == .delta { output.remove(.text(id), from: .materialSubmissions) }
                return
            }
            output.append(try submission(id, status, table, output), to: .materialSubmissions, line: table.csv.line)
        }
    }

    private func scoreStatus(_ table: OneRosterTable) throws(RecordFault) -> OneRosterScoreStatus {
        guard let status = OneRosterScoreStatus(rawValue: table.word("scoreStatus")) else {
            let known = OneRosterScoreStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw table.fault("scoreStatus", "expected one of \(known)")
        }
        return status
    }

    private func submission(
        _ id: String, _ status: OneRosterScoreStatus, _ table: OneRosterTable, _ output: RecordOutput
    ) throws(RecordFault) -> [FieldValue] {
        let lineItem = try table.neededText("lineItemSourcedId")
        guard let range = knownRange(of: lineItem) else {
            throw table.fault(
                "lineItemSourcedId",
                "the line item is in no lineItems.csv of this bundle or an earlier one, or was rejected")
        }
        guard let date = try table.date("scoreDate") else {
            throw RecordFault("scoreDate", FieldFault("empty", "a value is needed"))
        }
        return [
            .identifier(.text(id)), .identifier(.text(try table.neededText("studentSourcedId"))),
            .identifier(.text(lineItem)), .instant(bundle.zone.start(of: date).microsecondsSinceEpoch),
            try score(status, range, table, output),
        ]
    }

    private func score(
        _ status: OneRosterScoreStatus, _ range: OneRosterPointRange, _ table: OneRosterTable, _ output: RecordOutput
    ) throws(RecordFault) -> FieldValue {
        if status == .partiallyGraded {
            output.note("results that are partially graded count as not graded yet")
            return .missing
        }
        guard let points = try table.decimal("score") else {
            output.note("results that are \(status.rawValue) without a score count as not graded yet")
            return .missing
        }
        do throws(FieldFault) {
            return .score(try points.percent(from: range.low, to: range.high))
        } catch {
            throw RecordFault("score", error)
        }
    }
}
