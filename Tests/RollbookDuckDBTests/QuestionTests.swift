import Rollbook
import RollbookModel
import RollbookTesting
import Testing

@Suite("A question")
struct QuestionTests {
    @Test(
        "far behind the last row gives no rows and the whole count",
        arguments: [
            "top-performers", "bottom-performers", "student-engagement", "class-trends",
        ])
    func farOffset(_ report: String) async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: HandSchool.records.source)
        func answer(_ offset: String) async throws -> Answer {
            try await warehouse.answer(
                Question(report: report, parameters: ["as_of": HandSchool.asOf.description, "offset": offset]))
        }
        let far = try await answer(String(Int.max))
        #expect(far.table.rows.isEmpty)
        #expect(far.totalCount == (try await answer("0")).totalCount)
    }

    @Test("about a record that does not exist is not found; one without data has no rows")
    func unknownRecords() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: HandSchool.records.source)
        for (report, parameter) in [
            ("student-progress", "student"), ("subject-comparison", "student"), ("teacher-workload", "teacher"),
            ("top-performers", "subject"), ("bottom-performers", "subject"), ("class-trends", "class"),
        ] {
            for identifier in ["99", "nobody", "source:1"] {
                let error = await expectRollbookError(.notFound) {
                    _ = try await warehouse.answer(Question(report: report, parameters: [parameter: identifier]))
                }
                #expect(error?.subject == parameter)
            }
        }
    }

    @Test("to a view before any refresh is not ready")
    func viewBeforeRefresh() async throws {
        let warehouse = try await memoryWarehouse()
        await expectRollbookError(.notReady) { _ = try await warehouse.answer(Question(view: "teacher_workload")) }
    }
}
