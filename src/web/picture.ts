/** The chart as a PNG, drawn here from the picture that the server made. */

/** Pixels for each one of the picture, for sharp print. */
const SCALE = 2;

export function addPicture(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button.png")) {
    button.hidden = false;
    button.addEventListener("click", () => void download(button.dataset.picture ?? ""));
  }
}

async function download(url: string): Promise<void> {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * SCALE;
  canvas.height = picture.naturalHeight * SCALE;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    if (blob === null) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "wenxun.png";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
