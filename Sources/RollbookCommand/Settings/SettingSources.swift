import Configuration
import Foundation
import Synchronization
import SystemPackage

/// Where the value of a setting came from.
enum SettingOrigin: Hashable, Sendable {
    case flag(String)
    case environment(String)
    case file(String)
    case standard

    /// How listings name it.
    var words: String {
        switch self {
        case .flag(let name): "flag \(name)"
        case .environment(let name): "environment \(name)"
        case .file(let path): "file \(path)"
        case .standard: "default"
        }
    }
}

/// The places in which settings can stand, the first that has one wins: flags, environment, configuration file.
struct SettingSources {
    private let flags: [String: String]
    private let environment: any ConfigProvider
    private let file: (provider: any ConfigProvider, path: String)?

    /// The file that is read where none is named.
    static let standardFile = "rollbook.yaml"
    /// The variable that names the configuration file.
    static let fileVariable = "ROLLBOOK_CONFIG"

    /// What clients of a server read, which may stand in the same environment.
    private static let clientVariables = ["ROLLBOOK_URL", "ROLLBOOK_TOKEN", "ROLLBOOK_TIMEOUT"]

    /// Opens the places and looks for names that mean nothing.
    ///
    /// - Parameters:
    ///   - flags: the values of flags by the settings' names.
    ///   - configuration: the configuration file that a flag names.
    init(flags: [String: String], configuration: String?) async throws {
        self.flags = flags
        // An empty variable is one that nobody sets.
        let variables = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        let known = Set(Setting.all.map(\.environmentName) + [Self.fileVariable] + Self.clientVariables)
        for name in variables.keys.sorted() where name.hasPrefix("ROLLBOOK_") && !known.contains(name) {
            throw CommandFailure(
                .usage, "the environment variable \(name) is no setting",
                hints: ["'rollbook config' lists the settings"])
        }
        environment = EnvironmentVariablesProvider(environmentVariables: variables).prefixKeys(with: "rollbook")
        let path = configuration ?? variables[Self.fileVariable]
        if let path {
            file = (try await Self.read(path), path)
        } else if FileManager.default.fileExists(atPath: Self.standardFile) {
            file = (try await Self.read(Self.standardFile), Self.standardFile)
        } else {
            file = nil
        }
    }

    /// The text that a setting has, and where it stands.
    func value(of setting: Setting) throws -> (text: String?, origin: SettingOrigin) {
        if let text = flags[setting.name] { return (text, .flag(setting.flag ?? setting.name)) }
        if let text = try Self.text(of: setting, in: environment) {
            return (text, .environment(setting.environmentName))
        }
        guard let file else { return (setting.standard, .standard) }
        do {
            if let text = try Self.text(of: setting, in: file.provider) { return (text, .file(file.path)) }
        } catch {
            throw CommandFailure(.usage, "\(setting.name) in \(file.path) takes \(setting.expectation)")
        }
        return (setting.standard, .standard)
    }

    private static func text(of setting: Setting, in provider: any ConfigProvider) throws -> String? {
        let found = try provider.value(forKey: AbsoluteConfigKey(setting.path), type: .string)
        guard case .string(let text) = found.value?.content else { return nil }
        return text
    }

    private static func read(_ path: String) async throws -> any ConfigProvider {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw CommandFailure(.noInput, "the configuration file \(path) is missing or cannot be read")
        }
        // A file of remarks alone sets nothing, which the provider would take for a mistake.
        let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(whereSeparator: \.isNewline) ?? []
        let isBare = lines.allSatisfy { $0.allSatisfy(\.isWhitespace) || $0.hasPrefix("#") }
        guard !isBare else { return InMemoryProvider(values: [:]) }
        // The provider asks for each key of the file whether it is a secret: that is how its keys are known.
        let keys = KeyList()
        let options = YAMLSnapshot.ParsingOptions(
            bytesDecoder: .base64,
            secretsSpecifier: .dynamic { key, _ in
                keys.names.withLock { $0.append(key) }
                return false
            })
        let provider: any ConfigProvider
        do {
            provider = try await FileProvider<YAMLSnapshot>(parsingOptions: options, filePath: FilePath(path))
        } catch {
            let words = YAMLMistake(error)?.words ?? "it must be a mapping of settings"
            throw CommandFailure(.usage, "the configuration file \(path) cannot be understood as YAML: \(words)")
        }
        let known = Set(Setting.all.map(\.name))
        for name in keys.names.withLock({ $0.sorted() }) where !known.contains(name) {
            throw CommandFailure(
                .usage, "\(name) in \(path) is no setting", hints: ["'rollbook config' lists the settings"])
        }
        return provider
    }
}

/// The keys of a file, gathered while it is read.
private final class KeyList: Sendable {
    let names = Mutex<[String]>([])
}
