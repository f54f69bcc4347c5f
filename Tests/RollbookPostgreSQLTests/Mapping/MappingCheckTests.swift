import Rollbook
import RollbookModel
import RollbookStore
import Testing

/// What a check says of a mapping, on a real platform's tables.
@Suite("A check of a mapping")
struct MappingCheckTests {
    private typealias Problem = MappingFinding.Problem

    @Test("finds nothing in the example")
    func clean() async throws {
        try await withPlatform { platform in
            let report = try await platform.warehouse.checkMapping(Platform.mapping)
            #expect(report.findings.isEmpty)
            #expect(report.leftOut == 0)
        }
    }

    @Test("names columns that are missing, unknown or of the wrong type, and SELECTs that fail; nothing is applied")
    func structure() async throws {
        try await withPlatform { platform in
            let mapping = try Platform.mapping(with: [
                .students: "SELECT id, first_name FROM accounts_user",
                .subjects: "SELECT id, name, 1 AS colour FROM materials_subject",
                .materials: "SELECT id, 'x' AS subject_id, class_id, title FROM materials_material",
                .attendance: "SELECT id FROM no_such_table",
                .classes: "SELECT c.id, c.name FROM accounts_schoolclass c CROSS JOIN generate_series(1, 2)",
            ])
            let report = try await platform.warehouse.checkMapping(mapping)
            let found = Set(report.errors.map { "\($0.table.rawValue) \($0.problem.rawValue) \($0.column ?? "-")" })
            #expect(
                found.isSuperset(of: [
                    "students missing-column last_name", "subjects unknown-column colour",
                    "materials wrong-type subject_id", "attendance failing -",
                ]))
            let error = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(mapping)
            }
            #expect(error?.code == .rejectedRecords)
            #expect(try await platform.warehouse.appliedMapping() == nil)
        }
    }

    @Test("counts values that break the rules and references that name nothing, shows none, and views leave them out")
    func values() async throws {
        try await withPlatform { platform in
            try await platform.run("UPDATE accounts_user SET last_name = 'Xanthippe'")
            let mapping = try Platform.mapping(with: [
                .subjects: "SELECT id, CASE WHEN id > 1 THEN name ELSE '' END AS name FROM materials_subject",
                .materialSubmissions: """
                SELECT id, CASE WHEN id = 1 THEN -7 ELSE student_id END AS student_id, material_id,
                    created_at AS submitted_at, CASE WHEN id = 2 THEN 100.5 ELSE score END AS score
                FROM materials_materialsubmission
                """,
                .attendance: """
                SELECT id, user_id AS student_id, class_id, date, CASE WHEN id = 1 THEN 'away' ELSE status END AS status
                FROM scheduling_attendance
                """,
            ])
            let report = try await platform.warehouse.checkMapping(mapping)
            let found = Set(report.findings.map { "\($0.table.rawValue) \($0.problem.rawValue) \($0.column ?? "-")" })
            #expect(
                found.isSuperset(of: [
                    "subjects empty-text name", "material_submissions dangling-reference student_id",
                    "material_submissions out-of-range score", "attendance unknown-word status",
                ]))
            #expect(!"\(report)".contains("Xanthippe"))
            #expect(!"\(report)".contains("away"))
            let error = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(mapping)
            }
            #expect(error?.message.contains("would be left out") == true)
            try await platform.warehouse.applyMapping(mapping, maximumRejects: 100_000)
            _ = try await platform.warehouse.refresh()
            let kept = try await platform.value(
                "SELECT CAST(count(*) AS bigint) FROM material_submissions WHERE id IN (1, 2)")
            #expect(kept == .integer(0))
        }
    }

    @Test("a mapping is applied, replaced, removed and applied again; records of the store's own refuse it")
    func again() async throws {
        try await withPlatform { platform in
            let count = "SELECT CAST(count(*) AS bigint) FROM students"
            for _ in 0..<2 { try await platform.warehouse.applyMapping(Platform.mapping) }
            #expect(try await platform.value(count) == .integer(12))
            #expect(try await platform.warehouse.appliedMapping() != nil)
            try await platform.warehouse.removeMapping()
            #expect(try await platform.value(count) == .integer(0))
            #expect(
                try await platform.value("SELECT CAST(count(*) AS bigint) FROM public.accounts_user") != .integer(0))
            try await platform.warehouse.applyMapping(Platform.mapping)
            #expect(try await platform.value(count) == .integer(12))
            try await platform.warehouse.removeMapping()
            try await platform.engine.write(deadline: .none) { session in
                _ = try await session.execute(Statement("INSERT INTO subjects (id, name, origin) VALUES (1, 'A', 'x')"))
            }
            let error = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(Platform.mapping)
            }
            #expect(error?.code == .invalidArgument)
        }
    }
}
