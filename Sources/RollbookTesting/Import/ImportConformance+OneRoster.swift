import Foundation
import Rollbook
import RollbookImport
import RollbookModel
import RollbookStore

extension ImportConformance {
    /// Changes that come after a OneRoster bundle, each kind alone.
    static let oneRosterChecks: [ConformanceCheck] = [
        rosterCheck("results are normalised, and removed") { roster in
            try await roster.load([
                "results": Roster.results + "r1,active,l1,s1,fully graded,20,2025-10-03\n"
                    + "r2,active,l1,s2,fully graded,5,2025-10-03\n"
            ])
            try expect(try await roster.scores(), is: ["r1,100", "r2,25"], "scores")
            try await roster.load(["results": Roster.results + "r1,tobedeleted,,,,,\n"])
            try expect(try await roster.scores(), is: ["r2,25"], "scores after a removal")
        },
        rosterCheck("users are renamed, in version 1.1 and 1.2") { roster in
            for (version, column, role, name) in [("1.1", ",role", ",student", "Bobby"), ("1.2", "", "", "Rob")] {
                let users = "sourcedId\(column),givenName,familyName\ns2\(role),\(name),Ray\n"
                let outcome = try await roster.load(["users": users], version: version)
                try expect(outcome.tables.map(\.updated), is: [1], "updated")
                try expect(try await roster.students(), is: ["s1,Ann", "s2,\(name)"], "students")
            }
        },
        rosterCheck("a user whose role nobody knows stops the import") { roster in
            try await expectFailure(.rejectedRecords, "an unknown user") {
                try await roster.load(["users": "sourcedId,givenName,familyName\ns9,Flo,Day\n"], version: "1.2")
            }
        },
        rosterCheck("enrollments find the subject of their class") { roster in
            try await roster.load([
                "enrollments": "sourcedId,status,classSourcedId,userSourcedId,role\n"
                    + "e2,tobedeleted,,,\ne9,active,c1,s2,student\n"
            ])
            let query =
                "SELECT e.source_id, s.source_id FROM enrollments e JOIN subjects s ON s.id = e.subject_id ORDER BY 1"
            try expect(try await roster.rows(query), is: ["e1,math", "e9,math"], "enrollments")
        },
        rosterCheck("a class is renamed, and a new one has its subject later") { roster in
            try await roster.load(["classes": "sourcedId,title,courseSourcedId\nc1,Maths 9b,math\nc2,Maths 8,math\n"])
            try expect(
                try await roster.rows("SELECT name FROM classes ORDER BY 1"), is: ["Maths 8", "Maths 9b"], "classes")
            try await roster.load(["lineItems": "sourcedId,title,classSourcedId\nl9,Test 9,c2\n"])
            try expect(
                try await roster.rows("SELECT source_id FROM materials ORDER BY 1"), is: ["l1", "l9"], "materials")
        },
        rosterCheck("a line item gives later results its range, and goes after its results") { roster in
            let columns = "sourcedId,status,title,classSourcedId,resultValueMin,resultValueMax\n"
            try await roster.load(["lineItems": columns + "l2,active,Test 2,c1,-10,10\n"])
            try await roster.load(["results": Roster.results + "r2,active,l2,s1,submitted,0,2025-10-03\n"])
            try expect(try await roster.scores(), is: ["r1,75", "r2,50"], "scores")
            try await expectFailure(.rejectedRecords, "a line item with results") {
                try await roster.load(["lineItems": columns + "l2,tobedeleted,,,,\n"])
            }
            try await roster.load(["results": Roster.results + "r2,tobedeleted,,,,,\n"])
            try await roster.load(["lineItems": columns + "l2,tobedeleted,,,,\n"])
            try expect(try await roster.rows("SELECT source_id FROM materials"), is: ["l1"], "materials")
        },
        rosterCheck("what is remembered is kept once, changes no version, and is replaced with the records") { roster in
            let query = "SELECT topic, source_id, value FROM source_memory ORDER BY 1, 2"
            let kept = [
                "class_course,c1,math", "line_item,l1,0|20", "user_role,s1,student", "user_role,s2,student",
                "user_role,t1,teacher",
            ]
            try expect(try await roster.rows(query), is: kept, "memory")
            let again = try await roster.load(Roster.bulk, as: "bulk")
            try expect(again.hasChanged, is: false, "a change")
            try expect(again.state.dataVersion, is: 1, "version")
            try expect(try await roster.rows(query), is: kept, "memory after the same bundle")
            try await roster.load(["lineItems": "sourcedId,title,classSourcedId\nl2,Test 2,c1\n"])
            try expect(try await roster.rows(query).contains("line_item,l2,|"), is: true, "a new line item's memory")
            try await roster.load(Roster.bulk, as: "bulk", replaces: true)
            try expect(try await roster.rows(query), is: kept, "memory after the bundle has replaced all")
        },
    ]

    private static func rosterCheck(
        _ name: String, _ body: @escaping @Sendable (Roster) async throws -> Void
    ) -> ConformanceCheck {
        ConformanceCheck(on: "OneRoster changes: \(name)") { engine in try await body(try await Roster(engine)) }
    }
}
