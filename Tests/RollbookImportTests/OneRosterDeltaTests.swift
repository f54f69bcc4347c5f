import RollbookImport
import RollbookModel
import Testing

/// Bundles of changes, which lean on what the bulk bundle before them had its sink remember.
@Suite struct OneRosterDeltaTests {
    /// Reads a delta of one file after the fixture's bulk bundle.
    private func delta(
        _ name: String, _ text: String, version: String = "1.1", after bulk: OneRosterFixture? = OneRosterFixture()
    ) async throws -> CollectedRecords {
        let memory = SourceMemory(try await bulk?.reading().contents.memory ?? [])
        let folder = try TemporaryFolder([
            "manifest.csv": "propertyName,value\noneroster.version,\(version)\nfile.\(name),delta\n",
            "\(name).csv": text,
        ])
        return try await CollectedRecords.reading(OneRosterFixture().source(path: folder.path, memory: memory))
    }

    @Test func enrollmentsMayNameEarlierClasses() async throws {
        let records = try await delta(
            "enrollments", "sourcedId,classSourcedId,userSourcedId,role\ne9,c1,s1,student\ne8,c2,s1,student\n")
        #expect(records.rows(.enrollments) == [["'e9'", "'s1'", "'c1'", "'math'", "true"]])
        #expect(records.rejections.map(\.column) == ["classSourcedId"])
    }

    @Test func lineItemsMayNameEarlierClasses() async throws {
        let records = try await delta("lineItems", "sourcedId,title,classSourcedId\nl9,Test 9,c1\n")
        #expect(records.rows(.materials) == [["'l9'", "'math'", "'c1'", "Test 9"]])
    }

    @Test func resultsAreNormalisedByEarlierLineItems() async throws {
        let records = try await delta(
            "results",
            """
            sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate
            r1,l1,s1,fully graded,15,2025-10-03
            r2,l2,s1,fully graded,0,2025-10-03
            r3,l9,s1,fully graded,0,2025-10-03
            """)
        #expect(records.rows(.materialSubmissions).map { $0[4] } == ["50.00", "50.00"])
        #expect(records.rejections.map(\.column) == ["lineItemSourcedId"])
    }

    @Test(arguments: [
        ("1.1", "sourcedId,role,givenName,familyName\ns1,student,Eve,Lee\n17,teacher,Cyd,Fox\ng1,guardian,Dot,Lee\n"),
        ("1.2", "sourcedId,givenName,familyName\ns1,Eve,Lee\n17,Cyd,Fox\ng1,Dot,Lee\n"),
    ])
    func usersHaveTheirEarlierRoles(version: String, users: String) async throws {
        let records = try await delta("users", users, version: version)
        #expect(records.rows(.students) == [["'s1'", "Eve", "Lee"]])
        #expect(records.rows(.teachers) == [["'17'", "Cyd", "Fox"]])
        #expect(records.noteCount(containing: "neither student nor teacher") == 1)
        #expect(records.rejections == [])
    }

    @Test func aUserWhoseRoleNobodyKnowsIsRejected() async throws {
        let users = "sourcedId,givenName,familyName\ns1,Eve,Lee\ns9,Flo,Day\n"
        let records = try await delta("users", users, version: "1.2")
        #expect(records.count(.students) == 1)
        #expect(records.rejections.map { "\($0.line) \($0.column ?? "-")" } == ["3 role"])
        #expect(try await delta("users", users, version: "1.2", after: nil).rejections.count == 2)
    }

    @Test func aRoleWithoutItsUserIsSaidAndRemembered() async throws {
        let records = try await delta(
            "roles", "sourcedId,userSourcedId,roleType,role\nx,s1,primary,teacher\ny,s2,primary,student\n",
            version: "1.2")
        #expect(records.noteCount(containing: "users with a new role") == 1)
        #expect(
            records.contents.memory
                == [SourceMemory.Entry(topic: "user_role", sourceIdentifier: "s1", value: "student teacher")])
    }

    @Test func whatStoredRecordsWereMadeOfIsSaidWhenItChanges() async throws {
        let classes = try await delta("classes", "sourcedId,title,courseSourcedId\nc1,Maths 9b,algebra\n")
        #expect(classes.noteCount(containing: "classes with another course") == 1)
        let lineItems = try await delta(
            "lineItems",
            "sourcedId,title,classSourcedId,resultValueMin,resultValueMax\nl1,Test,c1,0.0,30.0\nl2,Test,c1,0,1\n")
        #expect(lineItems.noteCount(containing: "another range of points") == 1)
    }

    @Test func aBulkBundleLeansOnNothingEarlier() async throws {
        var fixture = OneRosterFixture()
        fixture.files["classes.csv"] = "sourcedId,title,courseSourcedId\n"
        let folder = try TemporaryFolder(fixture.files)
        let memory = SourceMemory([.init(topic: "class_course", sourceIdentifier: "c1", value: "math")])
        let records = try await CollectedRecords.reading(fixture.source(path: folder.path, memory: memory))
        #expect(records.count(.enrollments) == 0)
    }
}
