import Foundation
import RollbookImport
import RollbookModel
import Testing

/// A bundle of a small school, 1.1 or 1.2, whose files a test may change.
struct OneRosterFixture {
    var files = [
        "manifest.csv": """
        propertyName,value
        manifest.version,1.0
        oneroster.version,1.1
        file.users,bulk
        file.courses,bulk
        file.classes,bulk
        file.enrollments,bulk
        file.lineItems,bulk
        file.results,bulk
        file.demographics,absent
        """,
        "users.csv": """
        sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName
        s1,,,true,o,student,u,,Ann,Lee
        s2,,,true,o,student,u,,Bo,Ray
        17,,,true,o,teacher,u,,Cy,Fox
        g1,,,true,o,guardian,u,,Di,Lee
        """,
        "courses.csv": "sourcedId,status,dateLastModified,schoolYearSourcedId,title\nmath,,,,Mathematics\n",
        "classes.csv": """
        sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType
        c1,,,Maths 9a,,math,,scheduled
        """,
        "enrollments.csv": """
        sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
        e1,,,c1,o,s1,student,,2025-09-01,
        e2,,,c1,o,s2,student,,2025-09-01,2026-01-15
        e3,,,c1,o,17,teacher,true,,
        e4,,,c1,o,17,teacher,,,
        """,
        "lineItems.csv": """
        sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax
        l1,,,Test 1,,2025-10-01,2025-10-02,c1,k,p,0,30
        l2,,,Test 2,,2025-10-01,2025-10-02,c1,k,p,-1,1
        """,
        "results.csv": """
        sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment
        r1,,,l1,s1,fully graded,20,2025-10-03,
        r2,,,l2,s1,submitted,0.5,2025-10-03,
        r3,,,l1,s2,partially graded,5,2025-10-03,
        r4,,,l2,s2,exempt,0,2025-10-03,
        r5,,,l2,s2,not submitted,,2025-10-03,
        r6,,,l1,s2,fully graded,31,2025-10-03,
        """,
    ]

    var zone = Zone.utc
    var now = "2026-01-15T00:00:00Z"

    /// Changes a text in a file.
    mutating func replace(_ old: String, _ new: String, in name: String) {
        files[name] = files[name]?.replacing(old, with: new)
    }

    func source(path: String, memory: SourceMemory = SourceMemory()) throws -> OneRosterBundle {
        try OneRosterBundle(path: path, zone: zone, now: #require(Instant(parsing: now)), memory: memory)
    }

    func reading() async throws -> CollectedRecords {
        let folder = try TemporaryFolder(files)
        return try await CollectedRecords.reading(source(path: folder.path))
    }

    func refusal() async throws -> RollbookError? {
        await #expect(throws: RollbookError.self) { try await reading() }
    }
}

@Suite struct OneRosterBundleTests {
    @Test func recordsAreMapped() async throws {
        let records = try await OneRosterFixture().reading()
        #expect(records.rows(.students) == [["'s1'", "Ann", "Lee"], ["'s2'", "Bo", "Ray"]])
        #expect(records.rows(.teachers) == [["'17'", "Cy", "Fox"]])
        #expect(records.rows(.subjects) == [["'math'", "Mathematics"]])
        #expect(records.rows(.classes) == [["'c1'", "Maths 9a"]])
        #expect(
            records.rows(.enrollments)
                == [["'e1'", "'s1'", "'c1'", "'math'", "true"], ["'e2'", "'s2'", "'c1'", "'math'", "false"]])
        #expect(records.rows(.classTeachers) == [["'c1'", "'17'"]])
        #expect(
            records.rows(.materials)
                == [["'l1'", "'math'", "'c1'", "Test 1"], ["'l2'", "'math'", "'c1'", "Test 2"]])
        #expect(records.noteCount(containing: "neither student nor teacher") == 1)
        #expect(records.noteCount(containing: "OneRoster has no attendance") == 1)
    }

    @Test func resultsAreNormalisedAndThoseThatAreNoneLeftOut() async throws {
        var fixture = OneRosterFixture()
        fixture.zone = try #require(Zone(identifier: "Europe/Berlin"))
        let records = try await fixture.reading()
        #expect(
            records.rows(.materialSubmissions) == [
                ["'r1'", "'s1'", "'l1'", "2025-10-02T22:00:00Z", "66.67"],
                ["'r2'", "'s1'", "'l2'", "2025-10-02T22:00:00Z", "75.00"],
                ["'r3'", "'s2'", "'l1'", "2025-10-02T22:00:00Z", "-"],
            ])
        #expect(records.rejections.map { "\($0.file) \($0.line) \($0.column ?? "-")" } == ["results.csv 7 score"])
        #expect(records.noteCount(containing: "that are exempt") == 1)
        #expect(records.noteCount(containing: "that are not submitted") == 1)
        #expect(records.noteCount(containing: "partially graded count as not graded") == 1)
    }

    @Test func theEndOfAnEnrollmentIsExclusive() async throws {
        var fixture = OneRosterFixture()
        fixture.now = "2026-01-14T23:59:59Z"
        #expect(try await fixture.reading().rows(.enrollments).map { $0[4] } == ["true", "true"])
    }

    @Test func version12TakesRolesFromTheirFileOrFromEnrollments() async throws {
        var fixture = OneRosterFixture()
        fixture.replace("version,1.1", "version,1.2\nfile.roles,bulk", in: "manifest.csv")
        fixture.files["users.csv"] = "sourcedId,givenName,familyName\ns1,Ann,Lee\n17,Cy,Fox\nt2,Ed,Poe\ng1,Di,Lee\n"
        fixture.files["roles.csv"] =
            "sourcedId,userSourcedId,roleType,role\nx,t2,primary,teacher\ny,g1,primary,guardian\n"
        let records = try await fixture.reading()
        #expect(records.rows(.students).map { $0[0] } == ["'s1'"])
        #expect(records.rows(.teachers).map { $0[0] } == ["'17'", "'t2'"])
    }

    @Test func aDeltaRemovesWhatIsGone() async throws {
        var fixture = OneRosterFixture()
        for name in ["users", "classes", "enrollments", "results"] {
            fixture.replace("file.\(name),bulk", "file.\(name),delta", in: "manifest.csv")
        }
        fixture.replace("s2,,", "s2,tobedeleted,2025-10-01T00:00:00Z", in: "users.csv")
        fixture.replace("e2,,", "e2,inactive,", in: "enrollments.csv")
        fixture.replace("r1,,", "r1,tobedeleted,", in: "results.csv")
        let folder = try TemporaryFolder(fixture.files)
        let source = try fixture.source(path: folder.path)
        #expect(source.coverage == .delta)
        let records = try await CollectedRecords.reading(source)
        #expect(
            records.contents.removals == [
                .students: [.text("s2")], .teachers: [.text("s2")], .enrollments: [.text("e2")],
                .materialSubmissions: [.text("r1"), .text("r4"), .text("r5")],
            ])
        #expect(records.noteCount(containing: "inactive") == 1)
    }

    @Test func aRecordThatCannotBeMappedIsRejectedOnce() async throws {
        var fixture = OneRosterFixture()
        fixture.files["enrollments.csv"]? +=
            "\ne5,,,c9,o,s1,student,,,\ne6,,,c1,o,s1,student,,,2026-02-30\ne7,gone,,c1,o,s1,student,,,"
        fixture.files["results.csv"]? +=
            "\nr7,,,l9,s1,fully graded,1,2025-10-03,\nr8,,,l1,s1,done,1,2025-10-03,\nr9,,,l1,s1,submitted,\"1,5\",2025-10-03,\nr10,,,l1,s1,submitted,1,,"
        fixture.files["users.csv"]? += "\ns3,,,true,o,student,u,,,Moe"
        let records = try await fixture.reading()
        #expect(
            records.rejections.map { "\($0.file) \($0.line) \($0.column ?? "-") \($0.valueKind)" } == [
                "users.csv 6 givenName empty", "enrollments.csv 6 classSourcedId text",
                "enrollments.csv 7 endDate date",
                "enrollments.csv 8 status text", "results.csv 7 score number", "results.csv 8 lineItemSourcedId text",
                "results.csv 9 scoreStatus text", "results.csv 10 score text", "results.csv 11 scoreDate empty",
            ])
    }

    @Test(arguments: [
        ("manifest.csv", "oneroster.version,1.1", "oneroster.version,1.0", "must be 1.1 or 1.2"),
        ("manifest.csv", "demographics,absent", "roles,bulk", "says that roles.csv is bulk"),
        ("manifest.csv", "users,bulk", "users,some", "must be absent, bulk or delta"),
        ("users.csv", "givenName", "firstName", "users.csv lacks the column \"givenName\""),
        ("results.csv", "scoreDate", "date", "results.csv lacks the column \"scoreDate\""),
    ])
    func aBundleThatIsNotAsItMustBeIsRefused(file: String, old: String, new: String, words: String) async throws {
        var fixture = OneRosterFixture()
        fixture.replace(old, new, in: file)
        let error = try await fixture.refusal()
        #expect(error?.code == .unreadableSource)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
