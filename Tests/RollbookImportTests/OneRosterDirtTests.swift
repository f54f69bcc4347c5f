import Foundation
import RollbookImport
import RollbookModel
import Testing

/// What real bundles do against the specification: each is tolerated, and said.
@Suite struct OneRosterDirtTests {
    private static let realBundle = ProcessInfo.processInfo.environment["ONEROSTER_FOLDER"]

    /// Reads the fixture after a change; nothing but the score that is too high may be lost.
    private func reading(
        _ file: String, _ old: String, _ new: String
    ) async throws -> CollectedRecords {
        var fixture = OneRosterFixture()
        fixture.replace(old, new, in: file)
        let records = try await fixture.reading()
        #expect(records.rejections.map(\.column) == ["score"])
        #expect(records.count(.students) == 2)
        #expect(records.count(.materialSubmissions) == 3)
        return records
    }

    @Test(arguments: [
        ("manifest.csv", "manifest.version,1.0", "manifest.version,1", "manifest.version is not 1.0"),
        ("manifest.csv", "file.users,bulk", "file.users,", "file.users is blank"),
        ("manifest.csv", "file.users,bulk\n", "", "file.users is missing"),
        ("manifest.csv", "file.", "files.", "no file has a mode"),
        ("manifest.csv", "oneroster.version", "source.systemCode,absent\nother", "oneroster.version is missing"),
        ("users.csv", "s1,,,true", "s1,active,2025-09-01,TRUE", "status is filled in"),
        ("users.csv", "s1,,,true", "s1,active,2025-09-01,TRUE", "dateLastModified is filled in"),
        ("users.csv", "s1,,,true", "s1,active,2025-09-01,TRUE", "dateLastModified is not spelled"),
        ("users.csv", "s1,,,true", "s1,active,2025-09-01,TRUE", "enabledUser is not spelled"),
        ("users.csv", "dateLastModified", "dataLastModified", "has not, ignored: \"dataLastModified\""),
        ("users.csv", "username", "prefferedGivenName", "has not, ignored: \"prefferedGivenName\""),
        ("users.csv", "username", "ext_login", "has not, ignored: \"ext_login\""),
        ("users.csv", "sourcedId,status", "SourcedID,status", "not in the standard's case: \"SourcedID\""),
        ("users.csv", "s1,,,true,o,student,u,,Ann,Lee", "s1,,,true,o,student,u,,Ann,Lee,,", "fewer or more fields"),
        ("courses.csv", "dateLastModified,schoolYearSourcedId,title\nmath,,,,", "title\nmath,,", "OneRoster has no"),
        ("courses.csv", "math", "physics", "course is in no courses.csv"),
        ("classes.csv", "scheduled", "Scheduled", "classType is not spelled"),
        ("classes.csv", "grades", "termSourcedId", "has not, ignored: \"termSourcedId\""),
        ("enrollments.csv", "2025-09-01", "9/01/2025", "beginDate is not spelled"),
        ("enrollments.csv", "2026-01-15", "1/15/2026", "endDate is not spelled"),
        ("enrollments.csv", "e1,,,c1,o,s1,student,,2025-09-01,", "e1,,,c1,o,s1,student", "fewer or more fields"),
        ("enrollments.csv", "s1,student", "s1,Student", "role is not spelled"),
        ("lineItems.csv", "0,30", "0,", "without resultValueMax"),
        ("results.csv", "2025-10-03", "2025-10-03T10:00:00Z", "scoreDate is not spelled"),
        ("results.csv", "scoreDate,comment", "scoreDate,status2", "has not, ignored: \"status2\""),
    ])
    func dirtIsToleratedAndSaid(file: String, old: String, new: String, words: String) async throws {
        if file == "lineItems.csv" {
            var fixture = OneRosterFixture()
            fixture.replace(old, new, in: file)
            let records = try await fixture.reading()
            #expect(records.rejections == [])
            #expect(records.noteCount(containing: words) == 1)
        } else {
            let records = try await reading(file, old, new)
            #expect(records.noteCount(containing: words) > 0, "\(records.notes.map(\.message))")
        }
    }

    @Test func columnsInAnotherOrderAreFound() async throws {
        var fixture = OneRosterFixture()
        fixture.files["courses.csv"] = "title,metadata.x,sourcedId\nMathematics,,math\n"
        let records = try await fixture.reading()
        #expect(records.rows(.subjects) == [["'math'", "Mathematics"]])
        #expect(records.noteCount(containing: "not in the standard's order") == 1)
    }

    @Test func aBundleWithoutAManifestIsBulk() async throws {
        var fixture = OneRosterFixture()
        fixture.files["manifest.csv"] = nil
        let records = try await fixture.reading()
        #expect(records.noteCount(containing: "there is no manifest") == 1)
        #expect(records.count(.students) == 2)
    }

    @Test func rolesInTheFileOfProfilesAreRead() async throws {
        var fixture = OneRosterFixture()
        fixture.replace("version,1.1", "version,1.2", in: "manifest.csv")
        fixture.files["userprofiles.csv"] = "sourcedId,userSourcedId,roleType,role\nx,g1,primary,teacher\n"
        let records = try await fixture.reading()
        #expect(records.count(.teachers) == 2)
        #expect(records.noteCount(containing: "read as roles.csv") == 1)
    }

    @Test func otherFilesAreNotReadAndNamed() async throws {
        var fixture = OneRosterFixture()
        fixture.files["orgs.csv"] = "sourcedId\n"
        fixture.files["demographics.csv"] = "sourcedId,birthdate\n"
        let records = try await fixture.reading()
        #expect(
            records.notes.filter { $0.message.hasPrefix("not read") }.map(\.file) == ["demographics.csv", "orgs.csv"])
    }

    @Test(.enabled(if: realBundle != nil, "ONEROSTER_FOLDER names no folder with a real bundle"))
    func aRealBundleLosesNothing() async throws {
        let records = try await CollectedRecords.reading(OneRosterFixture().source(path: Self.realBundle ?? ""))
        #expect(records.rejections == [])
        #expect(records.count(.students) == 8)
        #expect(records.count(.teachers) == 2)
        #expect(records.rows(.subjects) == [["'03100500'", "Algebra I"], ["'ENG-1'", "English I"]])
        #expect(records.count(.classes) == 2)
        #expect(records.count(.enrollments) == 20)
        #expect(records.count(.classTeachers) == 2)
        #expect(records.noteCount(containing: "manifest.version") == 1)
    }
}

@Suite struct OneRosterArchiveTests {
    private let fixture = OneRosterFixture()

    private func reading(_ folder: TemporaryFolder) async throws -> CollectedRecords {
        try await CollectedRecords.reading(fixture.source(path: folder.file("bundle.zip")))
    }

    private func archive(_ files: [String: String], password: String? = nil) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try Packing.zip(files, to: folder.file("bundle.zip"), password: password)
        return folder
    }

    @Test func anArchiveIsReadAsAFolderIs() async throws {
        let records = try await reading(archive(fixture.files))
        let expected = try await fixture.reading()
        for table in RecordTable.allCases { #expect(records.rows(table) == expected.rows(table)) }
        #expect(records.notes == expected.notes)
    }

    @Test func oneEnclosingFolderIsTolerated() async throws {
        var files = Dictionary(uniqueKeysWithValues: fixture.files.map { ("School export/\($0.key)", $0.value) })
        files["__MACOSX/School export/._users.csv"] = "x"
        let records = try await reading(archive(files))
        #expect(records.count(.students) == 2)
        #expect(records.noteCount(containing: "lie in a folder") == 1)
        let folder = try TemporaryFolder()
        for (name, text) in fixture.files { try folder.write(Data(text.utf8), to: "inside/\(name)") }
        #expect(try await CollectedRecords.reading(fixture.source(path: folder.path)).count(.students) == 2)
    }

    @Test func anEncryptedArchiveIsRefused() async throws {
        let folder = try archive(fixture.files, password: "secret")
        let error = await #expect(throws: RollbookError.self) { try await reading(folder) }
        #expect(error?.code == .unreadableSource)
        #expect(error?.message.contains("encrypted") == true)
    }

    @Test func whatIsNoWholeArchiveIsRefused() async throws {
        let folder = try archive(fixture.files)
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("bundle.zip")))
        for data in [whole.dropLast(30), whole.prefix(100), Data(), Data("no archive".utf8)] {
            try folder.write(data, to: "bundle.zip")
            let error = await #expect(throws: RollbookError.self) { try await reading(folder) }
            #expect(error?.code == .unreadableSource)
        }
    }

    /// Changes bytes of the only entry's header in the central directory, `offset` bytes behind its mark.
    private func readingUsers(withHeader bytes: [UInt8], at offset: Int) async throws -> CollectedRecords {
        let folder = try archive(["users.csv": fixture.files["users.csv"] ?? ""])
        var archive = try Data(contentsOf: URL(fileURLWithPath: folder.file("bundle.zip")))
        let entry = try #require(archive.range(of: Data([0x50, 0x4B, 0x01, 0x02])))
        let start = entry.lowerBound + offset
        archive.replaceSubrange(start..<start + bytes.count, with: bytes)
        try folder.write(archive, to: "bundle.zip")
        return try await reading(folder)
    }

    @Test func whatAnEntryClaimsOfItsSizeIsNotBelieved() async throws {
        let records = try await readingUsers(withHeader: [0xFE, 0xFF, 0xFF, 0xFF], at: 24)
        #expect(records.count(.students) == 2)
    }

    @Test func anEntryWhoseBytesAreDamagedIsRefused() async throws {
        let error = await #expect(throws: RollbookError.self) {
            try await readingUsers(withHeader: [1, 2, 3, 4], at: 16)
        }
        #expect(error?.code == .unreadableSource)
        #expect(error?.message == "users.csv in bundle.zip is damaged")
    }

    @Test func twoFilesOfOneNameAreRefused() async throws {
        let folder = try archive(["users.csv": "sourcedId\n", "Users.csv": "sourcedId\n"])
        let error = await #expect(throws: RollbookError.self) { try await reading(folder) }
        #expect(error?.message.contains("two files") == true)
    }

    @Test func anArchiveWithoutTheFilesIsRefused() async throws {
        for files in [["notes.txt": "x"], ["orgs.csv": "sourcedId\n"], ["a/users.csv": "x", "b/classes.csv": "x"]] {
            let folder = try archive(files)
            let error = await #expect(throws: RollbookError.self) { try await reading(folder) }
            #expect(error?.code == .unreadableSource)
        }
    }
}
