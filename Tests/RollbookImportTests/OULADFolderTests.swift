import Foundation
import RollbookImport
import RollbookModel
import Testing

@Suite struct OULADFolderTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Examples/oulad-aaa").standardizedFileURL.path
    private static let wholeDataset = ProcessInfo.processInfo.environment["OULAD_FOLDER"]

    @Test func theExampleModuleIsWhole() async throws {
        let records = try await CollectedRecords.reading(OULADFolder(path: Self.example))
        #expect(records.rejections == [])
        #expect(records.rows(.subjects) == [["'AAA'", "AAA"]])
        #expect(records.rows(.classes) == [["'AAA-2013J'", "AAA-2013J"], ["'AAA-2014J'", "AAA-2014J"]])
        #expect(records.count(.students) == 712)
        #expect(records.count(.enrollments) == 748)
        #expect(records.rows(.enrollments).count { $0[4] == "true" } == 622)
        #expect(records.count(.materials) == 12)
        #expect(records.count(.materialSubmissions) == 3_149 - 42)
        #expect(records.noteCount(containing: "banked") == 42)
        #expect(records.contents.progress.last?.records == 3_149)
    }

    @Test func recordsAreMapped() async throws {
        let records = try await CollectedRecords.reading(OULADFolder(path: Self.example))
        #expect(records.rows(.students).first == ["11391", "Student", "11391"])
        #expect(records.rows(.enrollments).first == ["'AAA-2013J-11391'", "11391", "'AAA-2013J'", "'AAA'", "true"])
        #expect(records.rows(.materials).first == ["1752", "'AAA'", "'AAA-2013J'", "TMA 1752"])
        #expect(
            records.rows(.materialSubmissions).first
                == ["17520011391", "11391", "1752", "2013-10-19T00:00:00Z", "78.00"])
    }

    @Test(.enabled(if: wholeDataset != nil, "OULAD_FOLDER names no folder with the whole dataset"))
    func theWholeDatasetIsCounted() async throws {
        let records = try await CollectedRecords.reading(OULADFolder(path: Self.wholeDataset ?? ""))
        #expect(records.rejections == [])
        let counts = [22, 7, 28_785, 32_593, 206, 172_003]
        let tables: [RecordTable] = [.classes, .subjects, .students, .enrollments, .materials, .materialSubmissions]
        #expect(tables.map(records.count) == counts)
        #expect(records.noteCount(containing: "banked") == 1_909)
    }

    @Test func badRowsAreRejectedWithTheirColumn() async throws {
        let folder = try Self.folder(
            results: """
                id_assessment,id_student,date_submitted,is_banked,score
                1,7,-3,0,?
                1,7,?,0,50
                2,7,1,0,50
                1,x,1,0,50
                1,10000000,1,0,50
                1,7,1,0,101
                1,7,1,2,50
                1,7,1,0
                """)
        let records = try await CollectedRecords.reading(OULADFolder(path: folder.path))
        #expect(records.rows(.materialSubmissions) == [["10000007", "7", "1", "2014-01-29T00:00:00Z", "-"]])
        #expect(
            records.rejections.map { "\($0.line) \($0.column ?? "-") \($0.valueKind)" } == [
                "3 date_submitted empty", "4 id_assessment number", "5 id_student text", "6 id_student number",
                "7 score number", "8 is_banked number", "9 - text",
            ])
    }

    @Test func aMissingFileOrColumnIsNamed() async throws {
        let folder = try Self.folder(results: "id_assessment,id_student,date_submitted,is_banked\n")
        let source = try OULADFolder(path: folder.path)
        let lack = await #expect(throws: RollbookError.self) { try await CollectedRecords.reading(source) }
        #expect(lack?.message == "studentAssessment.csv lacks the column \"score\" of the dataset")
        try FileManager.default.removeItem(atPath: folder.file("courses.csv"))
        let error = #expect(throws: RollbookError.self) { try OULADFolder(path: folder.path) }
        #expect(error?.code == .unreadableSource)
        #expect(error?.subject == "courses.csv")
    }

    private static func folder(results: String) throws -> TemporaryFolder {
        try TemporaryFolder([
            "courses.csv": "code_module,code_presentation\nAAA,2014B\n",
            "assessments.csv": "code_module,code_presentation,id_assessment,assessment_type\nAAA,2014B,1,TMA\n",
            "studentInfo.csv": "code_module,code_presentation,id_student\nAAA,2014B,7\n",
            "studentRegistration.csv":
                "code_module,code_presentation,id_student,date_unregistration\nAAA,2014B,7,?\n",
            "studentAssessment.csv": results,
        ])
    }
}
