import Foundation
import RollbookModel

/// The CSV files of a bundle, which is a folder or a ZIP archive.
struct BundleFiles: Sendable {
    /// The names of the files, sorted.
    let names: [String]
    /// Whether the files lie not at the root but in the one folder there.
    let isEnclosed: Bool

    private let path: String
    private let isArchive: Bool
    private let folder: String

    /// Looks which files there are.
    init(path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RollbookError(.unreadableSource, "\(path) does not exist", subject: path)
        }
        self.path = path
        isArchive = !isFolder.boolValue
        let paths =
            isArchive
            ? try ZipArchive(path: path, name: Self.name(of: path)).entries.map(\.path) : try Self.files(under: path)
        (folder, names) = try Self.table(of: paths, in: path)
        isEnclosed = !folder.isEmpty
    }

    /// The bytes of a file.
    func open(_ name: String) throws -> any ByteSource {
        guard isArchive else {
            let url = URL(fileURLWithPath: path).appendingPathComponent(folder + name)
            return try FileByteSource(path: url.path, name: name)
        }
        let archive = try ZipArchive(path: path, name: Self.name(of: path))
        guard let entry = archive.entries.first(where: { $0.path == folder + name }) else {
            throw RollbookError(.unreadableSource, "\(name) is no longer in \(path)", subject: name)
        }
        return try archive.open(entry.index, entryName: name)
    }

    private static func name(of path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

    /// The files of a folder and of the folders in it.
    private static func files(under path: String) throws -> [String] {
        let manager = FileManager.default
        guard let names = try? manager.contentsOfDirectory(atPath: path) else {
            throw RollbookError(.unreadableSource, "\(path) is no folder that can be read", subject: path)
        }
        return names.flatMap { name in
            let inside = try? manager.contentsOfDirectory(atPath: path + "/" + name)
            return inside.map { $0.map { "\(name)/\($0)" } } ?? [name]
        }
    }

    /// The folder in which the CSV files lie (empty for the root, else with its slash) and their names.
    private static func table(of paths: [String], in bundle: String) throws -> (folder: String, names: [String]) {
        let files = paths.filter { path in
            path.lowercased().hasSuffix(".csv")
                && !path.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
        }
        var names = files.filter { !$0.contains("/") }
        var folder = ""
        if names.isEmpty, let first = files.first, let slash = first.firstIndex(of: "/") {
            folder = String(first[...slash])
            names = files.filter { $0.hasPrefix(folder) }.map { String($0.dropFirst(folder.count)) }
            let isOnlyFolder = names.count == files.count && !names.contains { $0.contains("/") }
            if !isOnlyFolder { names = [] }
        }
        guard !names.isEmpty else {
            throw RollbookError(
                .unreadableSource, "\(bundle) has no CSV files, neither at its root nor in one folder there",
                subject: bundle)
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name.lowercased()).inserted {
            throw RollbookError(.unreadableSource, "\(bundle) holds two files named \(name)", subject: name)
        }
        return (folder, names.sorted())
    }
}
