import Foundation
import RollbookImport
import RollbookModel
import Testing

@Suite struct RecordsFolderTests {
    private func reading(_ files: [String: String]) async throws -> CollectedRecords {
        let folder = try TemporaryFolder(files)
        return try await CollectedRecords.reading(RecordsFolder(path: folder.path))
    }

    private func refusal(_ files: [String: String]) async throws -> RollbookError? {
        await #expect(throws: RollbookError.self) { try await reading(files) }
    }

    @Test func columnsStandInAnyOrderAndOptionalOnesMayBeAbsent() async throws {
        let records = try await reading([
            "materials.csv": "title,id,subject_id\n\"Fractions, halves\",7,MATH\n",
            "README.md": "not a table",
        ])
        #expect(records.rows(.materials) == [["7", "'MATH'", "-", "Fractions, halves"]])
        #expect(records.rejections == [])
    }

    @Test func identifiersAreNumbersOnlyInTheirCanonicalSpelling() async throws {
        let ids = [
            "0", "-5", "9223372036854775807", "-9223372036854775808", "007", "+1", "-0", "9223372036854775808", "1.0",
            "source:1", "é",
        ]
        let records = try await reading(["subjects.csv": "id,name\n" + ids.map { "\($0),x\n" }.joined()])
        let found = records.rows(.subjects).map { $0[0] }
        #expect(found == ids.prefix(4) + ids.dropFirst(4).map { "'\($0)'" })
    }

    @Test func anExportsSourceIdentifierIsTheIdentifier() async throws {
        let records = try await reading([
            "subjects.csv": "id,source_id,name\n17,MATH,Mathematics\n18,,Art\n,BIO,Biology\n,,x\n"
        ])
        #expect(records.rows(.subjects) == [["'MATH'", "Mathematics"], ["18", "Art"], ["'BIO'", "Biology"]])
        #expect(records.rejections.map(\.column) == ["id"])
    }

    @Test(arguments: [
        ("0", "0.00"), ("87.5", "87.50"), ("100", "100.00"), ("99.999", "100.00"), ("0.005", "0.01"),
        ("70.0049999999999999", "70.00"), ("+1", "1.00"), ("-0.0", "0.00"), ("100.00000", "100.00"), ("", "-"),
        ("0012.5", "12.50"),
    ])
    func scoresAreRoundedToHundredths(text: String, points: String) async throws {
        let records = try await submissions([",2025-09-01T08:00:00Z,\(text)"])
        #expect(records.rows(.materialSubmissions).map { $0[4] } == [points])
    }

    @Test(arguments: [
        ("100.001", "number"), ("-0.001", "number"), ("1e1", "number"), ("\"1,5\"", "text"), (".5", "number"),
        ("5.", "number"), ("x", "text"), (" 5", "text"), ("nan", "text"), ("1.2.3", "text"), ("--1", "text"),
        ("1.0000000000000000000", "number"), ("9999999999999999999999999999999999999", "number"), ("-", "text"),
    ])
    func scoresThatAreNoneAreRejected(text: String, kind: String) async throws {
        let records = try await submissions([",2025-09-01T08:00:00Z,\(text)"])
        #expect(records.rejections.map(\.column) == ["score"])
        #expect(records.rejections.map(\.valueKind) == [kind])
    }

    @Test(arguments: [
        ("2025-09-01T08:30:00Z", "2025-09-01T08:30:00Z"), ("2025-09-01 08:30", "2025-09-01T08:30:00Z"),
        ("2025-09-01T08:30:00+02:00", "2025-09-01T06:30:00Z"),
        ("2024-02-29T23:59:59.123456Z", "2024-02-29T23:59:59.123456Z"),
    ])
    func instantsAreRead(text: String, instant: String) async throws {
        let records = try await submissions([",\(text),"])
        #expect(records.rows(.materialSubmissions).map { $0[3] } == [instant])
    }

    @Test(arguments: [
        "2025-02-30T08:30:00Z", "2025-09-01T24:00:00Z", "2025-09-01", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
        "yesterday", "2025-09-01T08:60:00Z", "",
    ])
    func instantsThatAreNoneAreRejected(text: String) async throws {
        let records = try await submissions([",\(text),"])
        #expect(records.rejections.map(\.column) == ["submitted_at"])
        #expect(records.rows(.materialSubmissions) == [])
    }

    private func submissions(_ tails: [String]) async throws -> CollectedRecords {
        let rows = tails.enumerated().map { "\($0.offset),1,2\($0.element)\n" }.joined()
        return try await reading(["material_submissions.csv": "id,student_id,material_id,submitted_at,score\n" + rows])
    }

    @Test func booleansDatesAndWordsAreRead() async throws {
        let words = ["true", "FALSE", "1", "0", "t", "F", "Yes", "no"]
        let records = try await reading([
            "enrollments.csv": "id,student_id,class_id,subject_id,is_active\n"
                + words.enumerated().map { "\($0.offset),1,1,1,\($0.element)\n" }.joined() + "9,1,1,1,maybe\n",
            "attendance.csv": "id,student_id,class_id,date,status\n1,1,1,2025-09-01,late\n2,1,1,2025-02-29,late\n"
                + "3,1,1,2025-09-01,gone\n4,1,1,2025-09-01T00:00:00Z,late\n",
        ])
        #expect(
            records.rows(.enrollments).map { $0[4] }
                == ["true", "false", "true", "false", "true", "false", "true", "false"])
        #expect(records.rows(.attendance) == [["1", "1", "1", "2025-09-01", "late"]])
        #expect(
            records.rejections.map { "\($0.file) \($0.line) \($0.column ?? "-") \($0.valueKind)" } == [
                "enrollments.csv 10 is_active text", "attendance.csv 3 date date", "attendance.csv 4 status text",
                "attendance.csv 5 date date",
            ])
    }

    @Test func aRejectionHoldsTheRecordButItsReasonNoValues() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            Data("id,name\n1,\n2,Art,x\n3,a\0b\n4,\"Mu\"sic\n5,".utf8) + [0xFF] + Data("\n6,Dance".utf8),
            to: "subjects.csv")
        let records = try await CollectedRecords.reading(RecordsFolder(path: folder.path))
        #expect(records.rows(.subjects) == [["6", "Dance"]])
        #expect(
            records.rejections.map { "\($0.line) \($0.column ?? "-") \($0.valueKind)" }
                == ["2 name empty", "3 - text", "4 name bytes", "5 - text", "6 name bytes"])
        #expect(records.rejections[3].record == "4,\"Mu\"sic")
        #expect(!records.rejections.contains { $0.reason.contains("Mu") || $0.reason.contains("Art") })
    }

    @Test func linesAreThoseAtWhichRecordsBegin() async throws {
        let records = try await reading(["subjects.csv": "\n\"id\",name\r\n1,\"a\r\nb\"\r\n\r\n2,c\r\n"])
        #expect(records.contents.batches.flatMap(\.lines) == [3, 6])
    }

    @Test func batchesAreBoundedAndProgressIsTold() async throws {
        let rows = (0..<60_000).map { "\($0),x\n" }.joined()
        let records = try await reading(["subjects.csv": "id,name\n" + rows])
        #expect(records.count(.subjects) == 60_000)
        #expect(records.contents.batches.allSatisfy { $0.count <= 8_192 && $0.hasOnlyIntegerIdentifiers })
        #expect(records.contents.progress.map(\.records) == [57_344, 60_000])
        #expect(records.contents.progress.last.map { $0.bytesRead == $0.bytesTotal } == true)
    }

    @Test func aParquetFileIsHandedOn() async throws {
        let folder = try TemporaryFolder(["students.parquet": "", "class_teachers.csv": "teacher_id,class_id\n1,A\n"])
        let source = try RecordsFolder(path: folder.path)
        let records = try await CollectedRecords.reading(source)
        #expect(source.tables == [.students, .classTeachers])
        #expect(records.contents.parquetFiles.map(\.path) == [folder.file("students.parquet")])
        #expect(records.rows(.classTeachers) == [["'A'", "1"]])
    }

    @Test(arguments: [
        (["notes.txt": ""], "material_submissions"), (["pupils.csv": "id\n"], "pupils.csv"),
        (["Students.CSV": "id\n"], "Students.CSV"),
        (["subjects.csv": "id,name\n", "subjects.csv.gz": ""], "subjects.csv and subjects.csv.gz"),
        (["subjects.csv": "id,name,colour\n"], "\"colour\", which subjects has not; its columns are id, name"),
        (["subjects.csv": "id\n"], "lacks the column \"name\""), (["subjects.csv": "id,name,id\n"], "\"id\" twice"),
        (["subjects.csv": ""], "subjects.csv is empty"), (["subjects.csv": "id,na\"me\n"], "no header"),
        (["class_teachers.csv": "class_id,teacher_id,source_id\n"], "\"source_id\""),
        (["subjects.csv": "Ann Lee born 2010,x\n"], "a name that is not shown"),
        (["subjects.csv": "id,name\r1,Ann\r"], "a carriage return stands alone"),
    ])
    func aFolderThatIsNotAsItMustBeIsRefused(files: [String: String], words: String) async throws {
        let error = try await refusal(files)
        #expect(error?.code == .unreadableSource)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func aFolderThatIsMissingIsRefused() {
        #expect(throws: RollbookError.self) { try RecordsFolder(path: "/nowhere/at/all") }
    }
}

@Suite struct GzipTests {
    private let text = "id,name\n" + (0..<20_000).map { "\($0),subject \($0)\n" }.joined()

    private func reading(_ data: Data) async throws -> CollectedRecords {
        let folder = try TemporaryFolder()
        try folder.write(data, to: "subjects.csv.gz")
        return try await CollectedRecords.reading(RecordsFolder(path: folder.path))
    }

    @Test func membersAreReadOneAfterTheOther() async throws {
        let cut = text.index(text.startIndex, offsetBy: 123_456)
        let members = try Packing.gzip(String(text[..<cut])) + Packing.gzip("") + Packing.gzip(String(text[cut...]))
        let records = try await reading(members + Data(count: 512))
        #expect(records.count(.subjects) == 20_000)
        #expect(records.rows(.subjects).last == ["19999", "subject 19999"])
    }

    @Test func whatIsNotWholeIsRefusedByName() async throws {
        let whole = try Packing.gzip(text)
        var damaged = whole
        for index in 20_000..<20_050 { damaged[index] ^= 0xFF }
        for data in [whole.dropLast(), whole.prefix(10), Data(), damaged, Data(text.utf8), whole + Data("x".utf8)] {
            let error = await #expect(throws: RollbookError.self) { try await reading(data) }
            #expect(error?.code == .unreadableSource)
            #expect(error?.message.hasPrefix("subjects.csv.gz is no whole gzip file") == true)
        }
    }
}
