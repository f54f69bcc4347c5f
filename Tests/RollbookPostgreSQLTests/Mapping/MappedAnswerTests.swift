import Rollbook
import RollbookModel
import RollbookStore
import RollbookTesting
import Testing

@Suite("A Django platform's records, by its mapping")
struct MappedAnswerTests {
    @Test(
        "give the answers that an import gives",
        arguments: AnswerConformance.checks(seeds: 300..<306) { engine, school in
            let platform = try await Platform(of: school, on: engine)
            try await platform.warehouse.applyMapping(Platform.mapping)
        })
    func answers(_ check: ConformanceCheck) async throws { try await tellingAll { try await check.run(postgreSQL) } }

    @Test("are seen anew with the next refresh, and not before")
    func refresh() async throws {
        try await withPlatform { platform in
            try await platform.warehouse.applyMapping(Platform.mapping)
            let asOf = try #require(Instant(parsing: "2026-06-20T12:00:00Z"))
            _ = try await platform.warehouse.refresh(asOf: asOf)
            let question = try Question(
                report: "engagement-trend",
                parameters: ["by": "month", "days": "3650", "as_of": "2026-06-20T12:00:00Z"])
            let before = try await platform.warehouse.answer(question)
            try await platform.run(
                """
                INSERT INTO materials_materialsubmission (score, created_at, material_id, student_id)
                SELECT 50, TIMESTAMPTZ '2026-06-19 10:00:00+02', min(m.id), 1 FROM materials_material m
                """)
            let between = try await platform.warehouse.answer(question)
            #expect(between.table.rows == before.table.rows)
            #expect(between.provenance.dataVersion == before.provenance.dataVersion)
            _ = try await platform.warehouse.refresh(asOf: asOf)
            let after = try await platform.warehouse.answer(question)
            let count = after.table.columns.firstIndex { $0.name == "submission_count" }
            let column = try #require(count)
            let sums = [before, after].map { $0.table.rows.compactMap { $0[column].integer }.reduce(0, +) }
            #expect(sums[1] == sums[0] + 1)
            #expect(after.provenance.dataVersion > before.provenance.dataVersion)
        }
    }

    @Test("have the types of the store's own tables, and instants in UTC whatever the session's zone is")
    func types() async throws {
        try await withPlatform { platform in
            let columns = """
                SELECT string_agg(table_name || '.' || column_name || ' ' || data_type || coalesce(numeric_precision || '', '')
                    || coalesce(numeric_scale || '', '') || coalesce(collation_name, ''), ' ' ORDER BY table_name, ordinal_position)
                FROM information_schema.columns c WHERE table_schema = 'rollbook' AND table_name IN (
                    \(RecordTable.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")))
                """
            let own = try await platform.value(columns)
            try await platform.warehouse.applyMapping(Platform.mapping)
            #expect(try await platform.value(columns) == own)
            #expect(
                try await platform.value("SELECT CAST(count(*) AS bigint) FROM students WHERE origin = 'mapping'")
                    == .integer(12))
            let shift = """
                SELECT CAST(count(*) AS bigint) FROM rollbook.material_submissions s
                JOIN public.materials_materialsubmission m ON m.id = s.id
                WHERE s.submitted_at = m.created_at AT TIME ZONE 'UTC'
                """
            #expect(try await platform.value(shift) == platform.value("SELECT count(*) FROM material_submissions"))
        }
    }
}
