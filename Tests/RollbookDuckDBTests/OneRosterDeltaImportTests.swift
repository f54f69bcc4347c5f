import Foundation
import Rollbook
import RollbookDuckDB
import Testing

/// A store that a OneRoster bundle has filled, and that changes come to.
private struct Roster {
    let warehouse: Warehouse
    let engine: DuckDBEngine

    static let bulk = [
        "users": "sourcedId,role,givenName,familyName\ns1,student,Ann,Lee\ns2,student,Bo,Ray\nt1,teacher,Cy,Fox\n",
        "courses": "sourcedId,title\nmath,Mathematics\n",
        "classes": "sourcedId,title,courseSourcedId\nc1,Maths 9a,math\n",
        "enrollments":
            "sourcedId,classSourcedId,userSourcedId,role\ne1,c1,s1,student\ne2,c1,s2,student\ne3,c1,t1,teacher\n",
        "lineItems": "sourcedId,title,classSourcedId,resultValueMin,resultValueMax\nl1,Test 1,c1,0,20\n",
        "results": results + "r1,,l1,s1,fully graded,15,2025-10-03\n",
    ]
    static let results = "sourcedId,status,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate\n"

    init() async throws {
        engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 2))
        warehouse = Warehouse(engine: engine)
        try await load(Self.bulk, as: "bulk")
    }

    @discardableResult func load(
        _ files: [String: String], as mode: String = "delta", version: String = "1.1", replaces: Bool = false
    ) async throws -> LoadOutcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rollbook-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let modes = files.keys.map { "file.\($0),\(mode)\n" }.joined()
        var texts = files
        texts["manifest"] = "propertyName,value\noneroster.version,\(version)\n" + modes
        for (name, text) in texts {
            try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).csv"))
        }
        let bundle = try OneRosterBundle(
            path: folder.path, zone: .utc, now: .now, memory: try await warehouse.sourceMemory(of: "oneroster"))
        return try await warehouse.importRecords(from: bundle, options: ImportOptions(replaces: replaces))
    }

    /// The rows of a query, their cells parted by commas.
    func rows(_ query: String) async throws -> [String] {
        let result = try await engine.query(Statement(query), deadline: .none).result
        return (0..<result.rowCount).map { row in
            result.row(row).map { $0.text ?? $0.integer.map(String.init) ?? "-" }.joined(separator: ",")
        }
    }

    func students() async throws -> [String] { try await rows("SELECT source_id, first_name FROM students ORDER BY 1") }

    func scores() async throws -> [String] {
        try await rows("SELECT source_id, CAST(score AS varchar) FROM material_submissions ORDER BY 1")
    }
}

/// Each kind of change comes alone, after a bulk bundle.
@Suite("OneRoster changes after a bulk bundle")
struct OneRosterDeltaImportTests {
    @Test("results are normalised, and removed")
    func results() async throws {
        let roster = try await Roster()
        try await roster.load([
            "results": Roster.results + "r1,active,l1,s1,fully graded,20,2025-10-03\n"
                + "r2,active,l1,s2,fully graded,5,2025-10-03\n"
        ])
        #expect(try await roster.scores() == ["r1,100.00", "r2,25.00"])
        try await roster.load(["results": Roster.results + "r1,tobedeleted,,,,,\n"])
        #expect(try await roster.scores() == ["r2,25.00"])
    }

    @Test("users are renamed", arguments: [("1.1", ",role", ",student"), ("1.2", "", "")])
    func users(version: String, column: String, role: String) async throws {
        let roster = try await Roster()
        let users = "sourcedId\(column),givenName,familyName\ns2\(role),Bobby,Ray\n"
        let outcome = try await roster.load(["users": users], version: version)
        #expect(outcome.tables.map(\.updated) == [1])
        #expect(try await roster.students() == ["s1,Ann", "s2,Bobby"])
    }

    @Test("a user whose role nobody knows stops the import")
    func unknownUser() async throws {
        let roster = try await Roster()
        let error = await #expect(throws: RollbookError.self) {
            try await roster.load(["users": "sourcedId,givenName,familyName\ns9,Flo,Day\n"], version: "1.2")
        }
        #expect(error?.code == .rejectedRecords)
    }

    @Test("enrollments find the subject of their class")
    func enrollments() async throws {
        let roster = try await Roster()
        try await roster.load([
            "enrollments": "sourcedId,status,classSourcedId,userSourcedId,role\n"
                + "e2,tobedeleted,,,\ne9,active,c1,s2,student\n"
        ])
        let query =
            "SELECT e.source_id, s.source_id FROM enrollments e JOIN subjects s ON s.id = e.subject_id ORDER BY 1"
        #expect(try await roster.rows(query) == ["e1,math", "e9,math"])
    }

    @Test("a class is renamed, and a new one has its subject later")
    func classes() async throws {
        let roster = try await Roster()
        try await roster.load(["classes": "sourcedId,title,courseSourcedId\nc1,Maths 9b,math\nc2,Maths 8,math\n"])
        #expect(try await roster.rows("SELECT name FROM classes ORDER BY 1") == ["Maths 8", "Maths 9b"])
        try await roster.load(["lineItems": "sourcedId,title,classSourcedId\nl9,Test 9,c2\n"])
        #expect(try await roster.rows("SELECT source_id FROM materials ORDER BY 1") == ["l1", "l9"])
    }

    @Test("a line item gives later results its range, and goes after its results")
    func lineItems() async throws {
        let roster = try await Roster()
        let columns = "sourcedId,status,title,classSourcedId,resultValueMin,resultValueMax\n"
        try await roster.load(["lineItems": columns + "l2,active,Test 2,c1,-10,10\n"])
        try await roster.load(["results": Roster.results + "r2,active,l2,s1,submitted,0,2025-10-03\n"])
        #expect(try await roster.scores() == ["r1,75.00", "r2,50.00"])
        await #expect(throws: RollbookError.self) {
            try await roster.load(["lineItems": columns + "l2,tobedeleted,,,,\n"])
        }
        try await roster.load(["results": Roster.results + "r2,tobedeleted,,,,,\n"])
        try await roster.load(["lineItems": columns + "l2,tobedeleted,,,,\n"])
        #expect(try await roster.rows("SELECT source_id FROM materials") == ["l1"])
    }

    @Test("what is remembered is kept once, changes no version, and is replaced with the records")
    func memory() async throws {
        let roster = try await Roster()
        let query = "SELECT topic, source_id, value FROM source_memory ORDER BY 1, 2"
        let kept = [
            "class_course,c1,math", "line_item,l1,0|20", "user_role,s1,student", "user_role,s2,student",
            "user_role,t1,teacher",
        ]
        #expect(try await roster.rows(query) == kept)
        let again = try await roster.load(Roster.bulk, as: "bulk")
        #expect(!again.hasChanged && again.state.dataVersion == 1)
        #expect(try await roster.rows(query) == kept)
        try await roster.load(["lineItems": "sourcedId,title,classSourcedId\nl2,Test 2,c1\n"])
        #expect(try await roster.rows(query).contains("line_item,l2,|"))
        try await roster.load(Roster.bulk, as: "bulk", replaces: true)
        #expect(try await roster.rows(query) == kept)
    }
}
