import Rollbook
import RollbookModel
import RollbookTesting
import Testing

/// Places where a number once went wrong.
@Suite("An edge")
struct EdgeTests {
    private func school(_ submissions: [(id: Int64, at: String)]) -> RowSource {
        RowSource(tables: [
            (.students, [person(.integer(1)), person(.integer(2))]), (.subjects, [[.integer(1), .text("S")]]),
            (.classes, [[.integer(1), .text("C")]]),
            (.enrollments, [[.integer(1), .integer(1), .integer(1), .integer(1), .boolean(true)]]),
            (.materials, [[.integer(1), .integer(1), .null, .text("T")]]),
            (
                .materialSubmissions,
                submissions.map { submission in
                    [
                        .integer(submission.id), .integer(1), .integer(1),
                        Instant(parsing: submission.at).map(Value.instant) ?? .null,
                        .decimal(FixedDecimal(units: 5000, scale: 2)),
                    ]
                }
            ),
        ])
    }

    /// Santiago has no midnight on 2024-09-08: the clock goes from 24:00 on the 7th to 01:00 on the 8th. 03:30Z is still
    /// the 7th there, though it lies on the 8th in the stored zone.
    @Test(
        "of a window whose first date has no midnight, in another zone than the stored one",
        arguments: [("engagement-trend", "active_students"), ("student-engagement", "active_days")])
    func windowWithoutMidnight(report: String, column: String) async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(
            from: school([(1, "2024-09-08T15:00:00Z"), (2, "2024-09-08T03:30:00Z")]))
        let answer = try await warehouse.answer(
            Question(
                report: report,
                parameters: ["as_of": "2024-09-08T20:00:00Z", "time_zone": "America/Santiago", "days": "1"]))
        let row = try #require(answer.table.rows.first)
        let cells = Dictionary(uniqueKeysWithValues: zip(answer.table.columns.map(\.name), row))
        #expect(cells["submission_count"] == .integer(1))
        #expect(cells[column] == .integer(1))
    }

    @Test("of a view that is counted anew: its total is that of the rows it shows")
    func recountedView() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: school([(1, "2024-09-08T15:00:00Z")]))
        _ = try await warehouse.refresh(asOf: Instant(parsing: "2024-09-09T00:00:00Z"))
        _ = try await warehouse.importRecords(from: RowSource(tables: [(.teachers, [person(.integer(7))])]))
        let stored = try await warehouse.answer(Question(view: "teacher_workload"))
        let recounted = try await warehouse.answer(
            Question(view: "teacher_workload", parameters: ["overdue_after_days": "3"]))
        #expect(stored.totalCount == 0)
        #expect(recounted.totalCount == 1)
        #expect(recounted.table.rows.count == 1)
    }

    @Test("of grading times that add up to more than 64 bits: an error, not the end of the process")
    func immeasurableGradingTimes() async throws {
        let count: Int64 = 1_100
        let (first, last) = (Instant.storable.lowerBound, Instant.storable.upperBound.adding(microseconds: -1))
        let warehouse = try await memoryWarehouse()
        let submissions = (1...count).map { id -> [Value] in
            [
                .integer(id), .integer(1), .integer(1), .text("graded"), .instant(first), .instant(last),
                .decimal(FixedDecimal(units: 5000, scale: 2)),
            ]
        }
        _ = try await warehouse.importRecords(
            from: RowSource(tables: [
                (.students, [person(.integer(1))]), (.teachers, [person(.integer(1))]),
                (.subjects, [[.integer(1), .text("S")]]), (.classes, [[.integer(1), .text("C")]]),
                (
                    .assignments,
                    [[.integer(1), .integer(1), .integer(1), .integer(1), .text("A"), .instant(first), .null]]
                ),
                (.assignmentSubmissions, submissions),
            ]))
        let question = try Question(
            report: "teacher-workload", parameters: ["teacher": "1", "as_of": "1900-01-02T00:00:00Z"])
        await #expect(throws: RollbookError.self) { _ = try await warehouse.answer(question) }
    }
}
