import Foundation
import Rollbook
import RollbookImport
import RollbookModel
import RollbookStore

/// A store that a OneRoster bundle has filled, and that changes come to.
struct Roster {
    private let warehouse: Warehouse
    private let engine: any Engine

    /// The bundle.
    static let bulk = [
        "users": "sourcedId,role,givenName,familyName\ns1,student,Ann,Lee\ns2,student,Bo,Ray\nt1,teacher,Cy,Fox\n",
        "courses": "sourcedId,title\nmath,Mathematics\n",
        "classes": "sourcedId,title,courseSourcedId\nc1,Maths 9a,math\n",
        "enrollments":
            "sourcedId,classSourcedId,userSourcedId,role\ne1,c1,s1,student\ne2,c1,s2,student\ne3,c1,t1,teacher\n",
        "lineItems": "sourcedId,title,classSourcedId,resultValueMin,resultValueMax\nl1,Test 1,c1,0,20\n",
        "results": results + "r1,,l1,s1,fully graded,15,2025-10-03\n",
    ]
    /// The header of results.
    static let results = "sourcedId,status,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate\n"

    init(_ engine: any Engine) async throws {
        self.engine = engine
        warehouse = Warehouse(engine: engine)
        try await load(Self.bulk, as: "bulk")
    }

    /// Imports a bundle of these files.
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
        return (0..<result.rowCount).map { row in result.row(row).map(\.plainText).joined(separator: ",") }
    }

    /// The students' ids and names.
    func students() async throws -> [String] { try await rows("SELECT source_id, first_name FROM students ORDER BY 1") }

    /// The submissions' ids and scores.
    func scores() async throws -> [String] {
        try await rows("SELECT source_id, score FROM material_submissions ORDER BY 1")
    }
}
