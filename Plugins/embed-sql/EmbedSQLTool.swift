import Foundation

/// Writes `SQLFiles.swift` for the files it is given: a constant for each `.sql` file, and the list of the types declared
/// beside them.
///
///     embed-sql OUTPUT FILE...
///
/// A type is declared beside `student-progress.sql` when a file `StudentProgress.swift` lies in the same folder. That is how
/// a new report needs one folder and no edit elsewhere.
@main
struct EmbedSQLTool {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map { URL(filePath: $0) }
        guard let output = arguments.first else { return }
        let sqlFiles = arguments.dropFirst().filter { $0.pathExtension == "sql" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let swiftFiles = Set(arguments.dropFirst().filter { $0.pathExtension == "swift" })
        var lines = ["// Made from the .sql files of this target.", "enum SQLFiles {"]
        for file in sqlFiles {
            let text = try String(contentsOf: file, encoding: .utf8)
            lines.append("    static let \(typeName(of: file, capitalized: false)) = ##\"\"\"")
            lines.append(
                contentsOf: text.split(separator: "\n", omittingEmptySubsequences: false).map { "        \($0)" })
            lines.append("        \"\"\"##")
        }
        let declared = sqlFiles.filter { file in
            let name = typeName(of: file, capitalized: true) + ".swift"
            return swiftFiles.contains(file.deletingLastPathComponent().appending(path: name))
        }
        if !declared.isEmpty {
            lines.append("    static let declarations: [any SQLDeclaration.Type] = [")
            lines.append(contentsOf: declared.map { "        \(typeName(of: $0, capitalized: true)).self," })
            lines.append("    ]")
        }
        lines.append("}")
        try (lines.joined(separator: "\n") + "\n").write(to: output, atomically: true, encoding: .utf8)
    }

    /// `student-progress.sql` and `student_progress.sql` as `StudentProgress` or `studentProgress`.
    static func typeName(of file: URL, capitalized: Bool) -> String {
        let words = file.deletingPathExtension().lastPathComponent.split { $0 == "-" || $0 == "_" }
        return words.enumerated().map { index, word in
            index == 0 && !capitalized ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
        }.joined()
    }
}
