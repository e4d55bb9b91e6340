import * as vscode from 'vscode'

/** From hardly waited at to most waited at: the panel's colours of waiting, seen well on dark and light. */
const COLOURS = ['#7f8c8d55', '#d9a44188', '#e08e3baa', '#e0703bcc', '#d64541']

/** A bar at the left of the line numbers, the hotter the taller. */
export function heatIcon(level: number): vscode.Uri {
  const height = 4 + level * 3
  const bar = `<rect x="6" y="${16 - height}" width="4" height="${height}" rx="1" fill="${COLOURS[level]}"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${bar}</svg>`
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`)
}
