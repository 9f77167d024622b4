// The page: the view under everything, bars and panels over it, and whatever dialog is open.

import type { Scene } from '../scene';
import { AddAreaDialog } from './AddAreaDialog';
import { AreaList } from './AreaList';
import { Banner } from './Banner';
import { openDialog, sheet } from './dialogs';
import { DropTarget } from './DropTarget';
import { GenomeDialog } from './GenomeDialog';
import { HelpDialog } from './HelpDialog';
import { Icon, type IconName } from './icons';
import { Inspector } from './Inspector';
import { MappingDialog } from './MappingDialog';
import { Plots } from './Plots';
import { ShowDialog } from './ShowDialog';
import { Toasts } from './Toasts';
import { TopBar } from './TopBar';
import { Tour } from './Tour';
import { Viewport } from './Viewport';

interface AppProps {
  readonly onReady: (scene: Scene) => void;
  readonly onRetry: () => void;
}

export function App({ onReady, onRetry }: AppProps) {
  return (
    <>
      <Viewport onReady={onReady} />
      <div class="app">
        <TopBar />
        <AreaList />
        <div class="free" data-tour="firing">
          <Banner onRetry={onRetry} />
          {/* A modal dialog makes what lies outside it deaf and dark, so it shows them itself. */}
          {openDialog.value === null && <Toasts />}
        </div>
        <Inspector />
        <Plots />
        <SheetTabs />
      </div>
      <Dialogs />
      <Tour />
      <DropTarget />
    </>
  );
}

function Dialogs() {
  const now = openDialog.value;
  switch (now?.kind) {
    case 'add-area':
      return <AddAreaDialog />;
    case 'mapping':
      return <MappingDialog source={now.source} target={now.target} isNew={now.isNew} />;
    case 'genome':
      return <GenomeDialog />;
    case 'show':
      return <ShowDialog />;
    case 'help':
      return <HelpDialog />;
    default:
      return null;
  }
}

const SHEETS: readonly { readonly name: 'areas' | 'inspector' | 'plots'; readonly label: string; readonly icon: IconName }[] = [
  { name: 'areas', label: 'Areas', icon: 'list' },
  { name: 'inspector', label: 'Inspector', icon: 'info' },
  { name: 'plots', label: 'Plots', icon: 'chart' },
];

/** On small screens the panels are sheets; these buttons open and close them. */
function SheetTabs() {
  return (
    <nav class="panel sheet-tabs" aria-label="Panels">
      {SHEETS.map(({ name, label, icon }) => (
        <button key={name} type="button" aria-expanded={sheet.value === name} data-testid={`sheet-${name}`} onClick={() => (sheet.value = sheet.value === name ? null : name)}>
          <span class="sheet-icon">
            <Icon name={icon} />
          </span>
          {label}
        </button>
      ))}
    </nav>
  );
}
