import Rollbook
import RollbookModel
import Testing

@testable import RollbookStore

@Suite("A check of a mapping")
struct MappingCheckTests {
    @Test("finds nothing wrong with the shipped one, and needs no store")
    func clean() async throws {
        try await withPlatform { platform in
            try await Migrator(of: platform.engine).down(on: platform.engine, to: 0)
            let report = try await platform.warehouse.checkMapping(Platform.mapping)
            #expect(report.isClean)
            #expect(report.findings.isEmpty)
            #expect(report.tables.map(\.table) == RecordTable.allCases)
            #expect(report.tables.first { $0.table == .students }?.total == 12)
        }
    }

    @Test(
        "names columns that are missing, unknown, repeated or of the wrong type",
        arguments: [
            ("SELECT id, name AS title FROM materials_subject", .missingColumn, "name is missing"),
            ("SELECT id, name AS title FROM materials_subject", .unknownColumn, "subjects has no column title"),
            ("SELECT id, name, name FROM materials_subject", .repeatedColumn, "name is there more than once"),
            ("SELECT CAST(id AS text) AS id, name FROM materials_subject", .wrongType, "id is text; expected bigint"),
            ("SELECT gen_random_uuid() AS id, name FROM materials_subject", .wrongType, "id is uuid; expected bigint"),
            ("SELECT FROM materials_subject", .missingColumn, "id is missing"),
            ("SELECT id, name FROM materials_subjects", .failing, "relation \"materials_subjects\" does not exist"),
            ("SELECT id, title FROM materials_subject", .failing, "column \"title\" does not exist"),
            ("SELECT id name FROM WHERE", .failing, "syntax error"),
            ("WITH gone AS (DELETE FROM materials_subject RETURNING id, name) SELECT id, name FROM gone", .failing, ""),
            ("SELECT id, name INTO copied FROM materials_subject", .failing, ""),
            ("SELECT id, name FROM rollbook.nothing", .failing, "does not exist"),
            ("SELECT id, name FROM materials_subject WHERE 1 / (id - id) > 0", .failing, "SQLSTATE 22012"),
        ] as [(String, MappingFinding.Problem, String)])
    func columns(_ sql: String, _ problem: MappingFinding.Problem, _ words: String) async throws {
        try await withPlatform { platform in
            let before = try await platform.value("SELECT count(*) FROM public.materials_subject")
            let mapping = try Platform.mapping(with: [.subjects: sql])
            let report = try await platform.warehouse.checkMapping(mapping)
            let found = report.errors.filter { $0.table == .subjects }
            #expect(found.contains { $0.problem == problem && $0.words.contains(words) }, "\(found)")
            #expect(!report.isClean)
            let error = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(mapping, maximumRejects: 1_000_000)
            }
            #expect(error?.code == .rejectedRecords)
            #expect(try await platform.value("SELECT count(*) FROM public.materials_subject") == before)
            #expect(try await platform.value("SELECT records_are_mapped FROM store_state") == .boolean(false))
        }
    }

    @Test("takes types that can become the record table's")
    func casts() async throws {
        try await withPlatform { platform in
            try await platform.run(
                """
                CREATE TYPE mark AS ENUM ('present', 'late', 'absent', 'excused');
                CREATE DOMAIN person AS integer
                """)
            let mapping = try Platform.mapping(with: [
                .attendance: """
                SELECT CAST(id AS integer), CAST(user_id AS person) AS student_id, class_id, date,
                    CAST(status AS mark) AS status FROM scheduling_attendance
                """,
                .materialSubmissions: """
                SELECT id, student_id, material_id, created_at AT TIME ZONE 'UTC' AS submitted_at,
                    CAST(score AS double precision) AS score FROM materials_materialsubmission
                """,
                .materials: "SELECT id, subject_id, CAST(title AS char(80)) AS title FROM materials_material",
            ])
            let report = try await platform.warehouse.checkMapping(mapping)
            #expect(report.isClean, "\(report.findings)")
            try await platform.warehouse.applyMapping(mapping)
            let differing = """
                SELECT count(*) FROM rollbook.material_submissions s
                JOIN public.materials_materialsubmission m ON m.id = s.id
                WHERE s.score IS DISTINCT FROM m.score OR s.submitted_at <> m.created_at AT TIME ZONE 'UTC'
                """
            #expect(try await platform.value(differing) == .integer(0))
        }
    }

    @Test("counts what cannot be stored and what names nothing, and shows no value")
    func values() async throws {
        try await withPlatform { platform in
            let report = try await platform.warehouse.checkMapping(Faults.mapping)
            let found = report.findings.map { finding in
                "\(finding.table.rawValue).\(finding.column ?? "") \(finding.problem.rawValue) \(finding.records?.count ?? 0)"
            }
            #expect(Set(found) == Faults.expected, "\(found.sorted())")
            #expect(report.leftOut == Faults.leftOut)
            #expect(report.errors.isEmpty)
            let total = try #require(report.tables.first { $0.table == .attendance }?.total)
            let sentences = report.findings.map { $0.sentence() }
            #expect(
                sentences.contains(
                    "1 of \(total) attendance have a status that is none of present, late, absent, excused"))
            #expect(!sentences.contains { $0.contains("ecret") || $0.contains("1000") })
        }
    }

    @Test("decides, by how many records may be left out, whether the mapping is applied")
    func leavingOut() async throws {
        try await withPlatform { platform in
            let error = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(Faults.mapping, maximumRejects: Int(Faults.leftOut) - 1)
            }
            #expect(error?.code == .rejectedRecords)
            try await platform.warehouse.applyMapping(Faults.mapping, maximumRejects: Int(Faults.leftOut))
            _ = try await platform.warehouse.refresh()
            let counts = try await platform.warehouse.status().tables
            let report = try await platform.warehouse.checkMapping(Faults.mapping)
            for count in report.tables {
                #expect(counts.first { $0.table == count.table }?.count == count.total - count.leftOut)
            }
            #expect(
                try await platform.value("SELECT score FROM material_submissions WHERE id = 10002").plain == "50.56")
            // A condition on what cannot be cast is not met before it is left out.
            #expect(
                try await platform.value("SELECT count(*) FROM material_submissions WHERE score > 5000") == .integer(0))
        }
    }

    @Test("tells of ids that are not unique")
    func repeated() async throws {
        try await withPlatform { platform in
            let mapping = try Platform.mapping(with: [
                .students: """
                SELECT u.id, u.first_name, u.last_name FROM accounts_user u
                JOIN materials_studentsubjectenrollment e ON e.student_id = u.id
                """
            ])
            let report = try await platform.warehouse.checkMapping(mapping)
            #expect(report.errors.map(\.problem) == [.repeatedIdentifier])
            await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(mapping, maximumRejects: .max)
            }
        }
    }

    @Test("names the table that its user may not read")
    func privileges() async throws {
        try await withPlatform { platform in
            let error = await #expect(throws: RollbookError.self) {
                try await platform.engine.write(deadline: .none) { session in
                    try await session.execute(Statement("CREATE ROLE \(Self.role)"))
                    try await session.execute(
                        Statement(
                            "GRANT SELECT (id, username, first_name, last_name, role) ON public.accounts_user TO \(Self.role)"
                        ))
                    try await session.execute(Statement("SET LOCAL ROLE \(Self.role)"))
                    let description = MappingDescription(session: session)
                    try await description.usePlatformPath()
                    // Rights on the columns that are read are enough.
                    let teachers = try await description.describe(.teachers, of: Platform.mapping)
                    #expect(teachers.findings.isEmpty)
                    _ = try await description.describe(.students, of: Platform.mapping)
                }
            }
            let words = MappingCheck.words(try #require(error))
            #expect(
                words.hasPrefix("permission denied for table accounts_studentprofile: grant SELECT on it"), "\(words)")
        }
    }

    /// The transaction that makes it fails, so that it never is.
    private static let role = "rollbook_test_without_rights"
}

/// A platform with one or more of each kind of fault.
private enum Faults {
    static var mapping: RecordMapping {
        get throws {
            let shipped = try Platform.mapping
            let more: [RecordTable: String] = [
                .students: "(77, '', 'Secret'), (78, NULL, 'Secret')",
                .materialSubmissions: """
                (10001, 1, 1, TIMESTAMPTZ '2026-01-01 08:00:00+00', 100.5), (10002, 1, 1, '2026-01-01', 50.555),
                (10003, 1, 1, '1899-12-31 23:59:59.999999+00', 50), (10004, 1000099, 1, '2026-01-01', 50),
                (10005, NULL, 1, '2026-01-01', 50), (10006, 1, 1, '2026-01-01', 'NaN'), (10007, 77, 1, '2026-01-01', NULL)
                """,
                .attendance: "(100001, 1, 1, DATE 'infinity', 'present'), (100002, 1, 1, '2026-01-01', 'secretly')",
                .assignmentSubmissions: """
                (10001, 1, 1, 'submitted', TIMESTAMPTZ '2026-01-01', CAST(NULL AS timestamptz), NULL),
                (10002, 1000099, 1, 'graded', '2026-01-01', '2200-01-01 00:00:00+00', 70000)
                """,
            ]
            return try Platform.mapping(
                with: Dictionary(
                    uniqueKeysWithValues: more.map { table, rows in
                        (table, "\(shipped.selections[table]?.sql ?? "")\nUNION ALL\nVALUES \(rows)")
                    }))
        }
    }

    static let expected: Set = [
        "students.first_name empty-text 1", "students.first_name no-value 1",
        "material_submissions.score out-of-range 2", "material_submissions.score rounded-score 1",
        "material_submissions.submitted_at out-of-range 1", "material_submissions.student_id no-value 1",
        "material_submissions.student_id dangling-reference 2", "attendance.date out-of-range 1",
        "attendance.status unknown-word 1", "assignment_submissions.status unknown-word 1",
        "assignment_submissions.assignment_id dangling-reference 1", "assignment_submissions.graded_at out-of-range 1",
        "assignment_submissions.score out-of-range 1",
    ]

    static let leftOut: Int64 = 2 + 6 + 2 + 2
}

extension Value {
    fileprivate var plain: String { if case .decimal(let decimal) = self { decimal.description } else { "" } }
}
