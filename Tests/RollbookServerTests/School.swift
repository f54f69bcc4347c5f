import Rollbook

/// A school of three students, one teacher and one subject, small enough to check by hand.
struct School: RecordSource {
    let origin = "records"
    let coverage = SourceCoverage.bulk
    let tables = RecordTable.allCases
    /// More ungraded submissions of the first student make an answer long, when many rows are wanted.
    var days: Int32 = 40

    static let asOf = "2026-03-01T12:00:00Z"

    func read(into sink: any RecordSink) async throws {
        try await sink.receive(
            batch(.students, [ids([1, 2, 3]), texts(["Ada", "Ben", "Cem"]), texts(["A", "B", "C"])]))
        try await sink.receive(batch(.teachers, [ids([1]), texts(["Tea"]), texts(["Cher"])]))
        try await sink.receive(batch(.subjects, [ids([1]), texts(["Mathematics"])]))
        try await sink.receive(batch(.classes, [ids([1]), texts(["7a"])]))
        try await sink.receive(
            batch(
                .enrollments,
                [ids([1, 2, 3]), ids([1, 2, 3]), ids([1, 1, 1]), ids([1, 1, 1]), .booleans([true, true, true])]))
        try await sink.receive(batch(.materials, [ids([1]), ids([1]), ids([1]), texts(["Fractions"])]))
        try await sink.receive(submissions)
    }

    /// One graded submission a day of the first student, up to the date of the as-of instant.
    private var submissions: RecordBatch {
        let last = Instant(parsing: Self.asOf)?.microsecondsSinceEpoch ?? 0
        let day: Int64 = 86_400_000_000
        let numbers = (0..<Int64(days)).map { $0 + 1 }
        return batch(
            .materialSubmissions,
            [
                ids(numbers), ids(numbers.map { _ in 1 }), ids(numbers.map { _ in 1 }),
                .instants(numbers.map { last - ($0 - 1) * day }), .scores(numbers.map { Int32(5000 + $0 % 50 * 100) }),
            ])
    }

    private func batch(_ table: RecordTable, _ columns: [BatchColumn]) -> RecordBatch {
        var batch = RecordBatch(table: table, file: table.rawValue)
        batch.columns = columns
        let count =
            switch columns[0] {
            case .identifiers(let numbers, _): numbers.count
            default: 0
            }
        batch.lines = (0..<count).map { Int64($0 + 1) }
        return batch
    }

    private func ids(_ numbers: [Int64]) -> BatchColumn { .identifiers(numbers, texts: [:]) }
    private func texts(_ texts: [String]) -> BatchColumn { .texts(texts) }
}
