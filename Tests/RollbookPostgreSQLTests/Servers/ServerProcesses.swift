import Foundation

/// The processes of a server, as Linux lists them.
enum ServerProcesses {
    /// The server whose data is in a folder, first, and its children; none where it has ended.
    static func of(_ folder: URL) throws -> [Int32] {
        let file = folder.appendingPathComponent("postmaster.pid")
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let server = text.split(separator: "\n").first.flatMap({ Int32($0) }), let found = parentAndState(server),
            found.state != "Z"
        else { return [] }
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        return [server] + all.filter { parentAndState($0)?.parent == server }
    }

    /// The processes that have not ended yet and work in a folder, as all of a server do in its data's.
    static func working(in folder: URL) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd")) == folder.path
        }
    }

    /// Whether a process runs; one that has ended can stay in the list until its parent asks for it.
    static func isAlive(_ process: Int32) -> Bool { parentAndState(process).map { $0.state != "Z" } ?? false }

    private static func parentAndState(_ process: Int32) -> (parent: Int32, state: String)? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            // The name stands in brackets and may hold anything.
            let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 1,
            let parent = Int32(fields[1])
        else { return nil }
        return (parent, String(fields[0]))
    }
}
