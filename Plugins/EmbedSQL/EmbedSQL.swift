import PackagePlugin

/// Compiles a target's `.sql` files into it as `SQLFiles`, so that the program has no files to look for at run time.
@main
struct EmbedSQL: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target.sourceModule else { return [] }
        let inputs = target.sourceFiles.map(\.url).filter { ["sql", "swift"].contains($0.pathExtension) }
        let output = context.pluginWorkDirectoryURL.appending(path: "SQLFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding the SQL of \(target.name)",
                executable: try context.tool(named: "embed-sql").url,
                arguments: [output.path(percentEncoded: false)] + inputs.map { $0.path(percentEncoded: false) },
                inputFiles: inputs, outputFiles: [output])
        ]
    }
}
